import type { Localizer } from '../../core/localizer.ts';
import type { Connection, ConnectStep } from '../connect-tool.ts';
import { CONTAINER_HOST } from '../container-connection.ts';

/** What has to be allowed before a container reaches the server; nothing where the tool does not reach it as a container does. */
export const allowContainersSteps = ({ baseUrl }: Connection, l10n: Localizer): readonly ConnectStep[] => {
  if (!isForContainer(baseUrl)) return [];
  return [
    {
      text: l10n.t(
        'Let containers on this machine use Portside: run the command {0} in the editor, or start the server like this.',
        'Portside: Allow Docker Containers',
      ),
      snippet: { language: 'shell', text: 'portside serve --docker' },
    },
  ];
};

/** Whether a base URL is one for containers. */
export const isForContainer = (baseUrl: string): boolean => new URL(baseUrl).hostname === CONTAINER_HOST;

/** How Docker on Linux learns the name that Docker Desktop knows by itself. */
export const HOST_GATEWAY = `${CONTAINER_HOST}:host-gateway`;

import type { Localizer } from '../../core/localizer.ts';
import type { Connection, ConnectStep, ConnectTool, StepOptions } from '../connect-tool.ts';
import { CONTAINER_HOST } from '../container-connection.ts';

/** Whether a base URL is one for containers. */
export const isForContainer = (baseUrl: string): boolean => new URL(baseUrl).hostname === CONTAINER_HOST;

/** How Docker on Linux learns the name that Docker Desktop knows by itself. */
export const HOST_GATEWAY = `${CONTAINER_HOST}:host-gateway`;

const COMMAND_TITLE = 'Portside: Allow Docker Containers';

const SERVE = 'portside serve --docker';

const ADD_HOST = `--add-host=${HOST_GATEWAY}`;

/**
 * The tool with what has to be done before a container reaches the server, ahead of its own steps and after its file was written.
 * Nothing is added where the connection is not one for containers.
 */
export const withContainerSteps = (tool: ConnectTool): ConnectTool => ({
  ...tool,
  steps: (connection, l10n, options) => [
    ...containerSteps(tool, connection, l10n, options),
    ...tool.steps(connection, l10n, options),
  ],
  configFile: tool.configFile && {
    ...tool.configFile,
    describeNext(l10n, options = {}) {
      const next = tool.configFile?.describeNext(l10n, options) ?? '';
      const { connection, isEditor = false } = options;
      if (connection === undefined || !isForContainer(connection.baseUrl)) return next;
      const allow = isEditor
        ? l10n.t('Let containers on this machine use Portside: run the command {0}.', COMMAND_TITLE)
        : l10n.t(
            'Let containers on this machine use Portside: run the command {0} in the editor, or start the server with {1}.',
            COMMAND_TITLE,
            SERVE,
          );
      return [allow, l10n.t('On Linux, the container also needs the option {0}.', ADD_HOST), next].join(' ');
    },
  },
});

const containerSteps = (
  { runsInContainer }: ConnectTool,
  { baseUrl }: Connection,
  l10n: Localizer,
  { isEditor = false }: StepOptions = {},
): readonly ConnectStep[] => {
  if (!isForContainer(baseUrl)) return [];
  return [
    isEditor
      ? {
          text: l10n.t('Let containers on this machine use Portside: run the command {0}.', COMMAND_TITLE),
          snippet: null,
        }
      : {
          text: l10n.t(
            'Let containers on this machine use Portside: run the command {0} in the editor, or start the server like this.',
            COMMAND_TITLE,
          ),
          snippet: { language: 'shell', text: SERVE },
        },
    // Tools that usually run in one have it in their own steps.
    ...(runsInContainer
      ? []
      : [
          {
            text: l10n.t('On Linux, start the container of the tool with this option as well.'),
            snippet: { language: 'text' as const, text: ADD_HOST },
          },
        ]),
  ];
};

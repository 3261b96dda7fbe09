import type { Connection, ConnectTool } from './connect-tool.ts';

/** The name under which containers reach the machine that they run on. */
export const CONTAINER_HOST = 'host.docker.internal';

/** The same connection as seen from a container on this machine; the server has to let containers in for it. */
export const toContainerConnection = (connection: Connection): Connection => {
  const url = new URL(connection.baseUrl);
  url.hostname = CONTAINER_HOST;
  return { ...connection, baseUrl: url.href.replace(/\/$/, '') };
};

/** The connection as a tool sees it, in a container or not; who says neither has it where it usually runs. */
export const toToolConnection = (
  { runsInContainer }: Pick<ConnectTool, 'runsInContainer'>,
  connection: Connection,
  isInContainer: boolean = runsInContainer,
): Connection => (isInContainer ? toContainerConnection(connection) : connection);

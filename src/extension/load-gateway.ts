/**
 * Loads the server. The build keeps it in a file of its own (`dist/gateway.js`), so that starting the editor costs neither
 * the web framework nor the schema library.
 */
export const loadGateway = async () => import('../host/main.ts');

/** What the server's file gives. */
export type HostModule = Awaited<ReturnType<typeof loadGateway>>;

/** Loads what knows the tools: a file of its own (`dist/connect.js`), for the parsers of their configurations. */
export const loadConnect = async () => import('../../connect/main.ts');

/** What that file gives. */
export type ConnectModule = Awaited<ReturnType<typeof loadConnect>>;

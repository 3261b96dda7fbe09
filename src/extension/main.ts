import type { ExtensionContext } from 'vscode';
import type { PortsideApi } from './api/portside-api.ts';
import { type Container, createContainer } from './container.ts';

// The editor calls `deactivate` without a context, so what `activate` made has to be kept here.
let container: Container | null = null;

/** Gives other extensions their way in: docs/extension-api.md. */
export const activate = (context: ExtensionContext): PortsideApi => {
  container = createContainer(context);
  return container.api;
};

/** Ends the server and the bridge before the extension host goes. */
export const deactivate = async (): Promise<void> => {
  await container?.close();
  container = null;
};

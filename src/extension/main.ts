import type { ExtensionContext } from 'vscode';
import { type Container, createContainer } from './container.ts';

// The editor calls `deactivate` without a context, so what `activate` made has to be kept here.
let container: Container | null = null;

export const activate = (context: ExtensionContext): void => {
  container = createContainer(context);
};

/** Ends the server and the bridge before the extension host goes. */
export const deactivate = async (): Promise<void> => {
  await container?.close();
  container = null;
};

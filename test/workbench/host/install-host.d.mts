/** A prerequisite that is missing: its message is one sentence that says what to install. */
export class MissingPrerequisite extends Error {}

/** Where the host lives: `VSCODE_E2E_HOST`, or a folder per version in the user's cache. */
export function hostFolder(): string;

/** The Chromium in use: `CHROMIUM`, or one on the PATH; `undefined` if there is none. */
export function findChromium(): Promise<string | undefined>;

/** Installs what is missing; a second call finds everything there. */
export function installHost(options?: {
  readonly log?: (line: string) => void;
}): Promise<{ hostFolder: string; chromiumPath: string }>;

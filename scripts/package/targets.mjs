/** The platforms that the Cursor SDK has, by VS Code's name for them, as npm names their parts. */
export const targets = {
  'linux-x64': { os: 'linux', cpu: 'x64' },
  'linux-arm64': { os: 'linux', cpu: 'arm64' },
  'darwin-x64': { os: 'darwin', cpu: 'x64' },
  'darwin-arm64': { os: 'darwin', cpu: 'arm64' },
  'win32-x64': { os: 'win32', cpu: 'x64' },
};

export const targetNames = Object.keys(targets);

/** The SDK's package with the native parts for `target`. */
export const platformPackage = (target) => `@cursor/sdk-${target}`;

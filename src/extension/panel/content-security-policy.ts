/**
 * What the panel's page may load: its own script, style sheet and icons, and nothing from any network. Without `connect-src`,
 * `default-src` forbids every request; it says nothing of forms and of what links are relative to.
 */
export const toContentSecurityPolicy = (options: {
  /** Random, for this page alone. */
  readonly nonce: string;
  /** `Webview.cspSource`: where the editor serves the extension's own files from. */
  readonly source: string;
}): string =>
  [
    "default-src 'none'",
    `script-src 'nonce-${options.nonce}'`,
    `style-src ${options.source}`,
    `font-src ${options.source}`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join('; ');

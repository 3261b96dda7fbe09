/**
 * What the panel's page is given before any message, in a data block of its HTML. The page that `dist/webview.js` needs:
 *
 * ```html
 * <!DOCTYPE html>
 * <html lang="{locale}">
 *   <head>
 *     <meta charset="utf-8">
 *     <meta name="viewport" content="width=device-width, initial-scale=1">
 *     <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-{nonce}';
 *       style-src {cspSource}; font-src {cspSource}; form-action 'none'; base-uri 'none'">
 *     <title>Portside</title>
 *     <link rel="stylesheet" href="{dist/webview.css}">
 *   </head>
 *   <body>
 *     <div id="app"></div>
 *     <script type="application/json" id="portside-boot">{toBootJson(boot)}</script>
 *     <script nonce="{nonce}" src="{dist/webview.js}"></script>
 *   </body>
 * </html>
 * ```
 *
 * `dist/codicon.ttf` lies beside the style sheet. The data block is never run, so it needs no nonce.
 */
export interface PanelBoot {
  /** A BCP 47 tag, such as `vscode.env.language` has it. */
  readonly locale: string;
  /** The bundle of the editor's language, such as `vscode.l10n.bundle`; `null` for English. */
  readonly l10n: Readonly<Record<string, string>> | null;
}

/** The id of the data block. */
export const BOOT_ELEMENT_ID = 'portside-boot';

/** The id of the element that the panel is drawn in. */
export const APP_ELEMENT_ID = 'app';

/** JSON that can stand within a `script` element: nothing in it ends the element. */
export const toBootJson = (boot: PanelBoot): string => JSON.stringify(boot).replaceAll('<', String.raw`\u003c`);

/** Reads the data block; English where there is none or it cannot be read, so that the panel is there in any case. */
export const parseBoot = (json: string | null): PanelBoot => {
  const value = parseObject(json);
  return {
    locale: typeof value['locale'] === 'string' && isLocale(value['locale']) ? value['locale'] : 'en',
    l10n: toBundle(value['l10n']),
  };
};

const parseObject = (json: string | null): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(json ?? '{}');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What `Intl` does not know throws there: a wrong tag must not cost the panel. */
const isLocale = (locale: string): boolean => {
  try {
    return Intl.getCanonicalLocales(locale).length === 1;
  } catch {
    return false;
  }
};

/** Bundles hold texts, or texts with a comment for translators. */
const toBundle = (value: unknown): Readonly<Record<string, string>> | null => {
  if (!isObject(value)) return null;
  const texts: Record<string, string> = {};
  for (const [key, entry] of Object.entries(value)) {
    const text = isObject(entry) ? entry['message'] : entry;
    if (typeof text === 'string') texts[key] = text;
  }
  return texts;
};

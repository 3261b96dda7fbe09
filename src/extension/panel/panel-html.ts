import { APP_ELEMENT_ID, BOOT_ELEMENT_ID, type PanelBoot, toBootJson } from '../../panel/contract/boot.ts';
import { toContentSecurityPolicy } from './content-security-policy.ts';

/** What the page of the panel is made of. */
export interface PanelPage {
  /** Random, for this page alone. */
  readonly nonce: string;
  /** `Webview.cspSource` */
  readonly source: string;
  readonly scriptUrl: string;
  readonly styleUrl: string;
  readonly boot: PanelBoot;
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The page of the panel, which gets everything else by messages. Pure. */
export const toPanelHtml = ({ nonce, source, scriptUrl, styleUrl, boot }: PanelPage): string => `<!DOCTYPE html>
<html lang="${escapeAttribute(boot.locale)}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="${escapeAttribute(toContentSecurityPolicy({ nonce, source }))}">
    <title>Portside</title>
    <link rel="stylesheet" href="${escapeAttribute(styleUrl)}">
  </head>
  <body>
    <div id="${APP_ELEMENT_ID}"></div>
    <script type="application/json" id="${BOOT_ELEMENT_ID}">${toBootJson(boot)}</script>
    <script nonce="${nonce}" src="${escapeAttribute(scriptUrl)}"></script>
  </body>
</html>
`;

import { describe, expect, it } from 'vitest';
import { toContentSecurityPolicy } from '../../../../src/extension/panel/content-security-policy.ts';
import { toPanelHtml } from '../../../../src/extension/panel/panel-html.ts';
import { parseBoot } from '../../../../src/panel/contract/boot.ts';

const SOURCE = 'https://*.vscode-cdn.example';

const html = (l10n: Record<string, string> | null = null): string =>
  toPanelHtml({
    nonce: 'abc123',
    source: SOURCE,
    scriptUrl: `${SOURCE}/webview.js?a=1&b=2`,
    styleUrl: `${SOURCE}/webview.css`,
    boot: { locale: 'zh-cn', l10n },
  });

describe('the panel page', () => {
  it('allows its own script, style sheet and font, and no network, by forms neither', () => {
    expect(toContentSecurityPolicy({ nonce: 'abc123', source: SOURCE })).toBe(
      `default-src 'none'; script-src 'nonce-abc123'; style-src ${SOURCE}; font-src ${SOURCE}; form-action 'none'; base-uri 'none'`,
    );
  });

  it('has that policy before anything else is loaded, and runs one script', () => {
    const page = html();
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<link'));
    expect(page).toContain(`content="${toContentSecurityPolicy({ nonce: 'abc123', source: SOURCE })}"`);
    expect(page.match(/<script[^>]* src=/g)).toEqual(['<script nonce="abc123" src=']);
    expect(page).toContain('webview.js?a=1&amp;b=2');
    expect(page).not.toMatch(/\son\w+=|style=|unsafe|connect-src/);
  });

  it('hands over texts that would end the script element', () => {
    const texts = { 'Close </script><script>alert(1)</script>': '<!-- 关闭' };
    const page = html(texts);
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    const [, json = ''] = /id="portside-boot">([^<]*)</.exec(page) ?? [];
    expect(parseBoot(json)).toEqual({ locale: 'zh-cn', l10n: texts });
  });
});

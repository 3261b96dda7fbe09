/** What the page tells. */
export interface IndexPage {
  readonly version: string;
  /** Whether the process that talks to Cursor is connected. */
  readonly isReady: boolean;
  /** The address of this server as the browser has it, without a slash at the end. */
  readonly root: string;
}

const BASE_URLS = [
  ['OpenAI', '/v1', 'OpenCode, Codex, Cline, Continue, the OpenAI and AI SDKs'],
  ['Anthropic', '', 'Claude Code, the Anthropic SDK'],
  ['Ollama', '', 'Tools that know a local Ollama alone'],
] as const;

const PLACES = [
  ['/docs', 'Try the API', 'Every route, to be tried from the page with your token'],
  ['/redoc', 'Read the API', 'The same as one long page'],
  ['/openapi.json', 'OpenAPI 3.1', 'For generators and other programs'],
  ['/health', 'Health', 'Whether the server can answer, for probes'],
] as const;

/** The page at `/`. */
export const toIndexHtml = ({ version, isReady, root }: IndexPage): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Portside</title>
    <link rel="icon" href="/docs/icon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/docs/index.css">
  </head>
  <body>
    <main>
      <header>
        <img src="/docs/icon.svg" alt="" width="56" height="56">
        <div>
          <h1>Portside</h1>
          <p class="version">Version ${escapeHtml(version)}</p>
        </div>
        <p class="state ${isReady ? 'ready' : 'waiting'}">${isReady ? 'Running' : 'Not connected to Cursor yet'}</p>
      </header>
      <p class="lead">A server on this machine that lets your tools use the models of your own Cursor account, in the languages that they speak already.</p>
      <section aria-labelledby="clients">
        <h2 id="clients">Base URL for your tool</h2>
        <dl>${BASE_URLS.map(
          ([name, path, tools]) => `
          <div>
            <dt>${name}</dt>
            <dd><code>${escapeHtml(root + path)}</code><span>${tools}</span></dd>
          </div>`,
        ).join('')}
        </dl>
      </section>
      <section aria-labelledby="token">
        <h2 id="token">The access token</h2>
        <p>Every request needs it, as <code>Authorization: Bearer</code> or as <code>x-api-key</code>: put it where a tool asks for an API key.</p>
        <ul>
          <li>In the editor, run the command <b>Portside: Copy Access Token</b>, or let <b>Connect a Tool</b> write the settings.</li>
          <li>In a terminal, <code>portside serve</code> shows it when it starts, and <code>portside token create laptop</code> makes one of its own for a tool.</li>
        </ul>
      </section>
      <nav aria-labelledby="places">
        <h2 id="places">Where to go</h2>
        <ul class="places">${PLACES.map(
          ([path, title, text]) => `
          <li><a href="${path}"><b>${title}</b><span>${text}</span></a></li>`,
        ).join('')}
        </ul>
        <p class="more">Settings, limits and what is not supported stand in the README of Portside.</p>
      </nav>
    </main>
  </body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The host is the client's own word. */
const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

/** Follows what the system prefers: Swagger UI has its dark colours under this class. */
const followColorScheme = () => {
  const isDark = globalThis.matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.documentElement.classList.toggle('dark-mode', isDark.matches);
  isDark.addEventListener('change', apply);
  apply();
};

/** Names and stops of the keyboard that Swagger UI leaves out, by what they are missing on. */
const MISSING = [
  ['.close-modal', 'aria-label', 'Close'],
  ['.body-param__text', 'aria-label', 'Request body'],
  ['.parameters textarea', 'aria-label', 'Value'],
  ['.parameters select', 'aria-label', 'Value'],
  ['.content-type', 'aria-label', 'Media type'],
  ['.auth.authorize', 'aria-label', 'Authorize: apply credentials'],
  ['.auth.btn-done', 'aria-label', 'Close without change'],
  ['pre.microlight, .highlight-code pre, .curl', 'tabindex', '0'],
  ['.renderedMarkdown table', 'tabindex', '0'],
];

const fillIn = (root) => {
  const fill = () => {
    for (const [selector, attribute, value] of MISSING) {
      for (const element of root.querySelectorAll(selector)) {
        if (element.getAttribute(attribute) !== value) element.setAttribute(attribute, value);
      }
    }
  };
  new MutationObserver(fill).observe(root, { childList: true, subtree: true });
};

const root = document.getElementById('swagger-ui');
followColorScheme();
fillIn(root);
globalThis.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: root,
  // Its links stand within buttons, where a keyboard finds them twice.
  deepLinking: false,
  // The token is gone with the page.
  persistAuthorization: false,
  queryConfigEnabled: false,
  // It would ask a server elsewhere.
  validatorUrl: null,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // There is but this server.
  plugins: [() => ({ wrapComponents: { ServersContainer: () => () => null } })],
});

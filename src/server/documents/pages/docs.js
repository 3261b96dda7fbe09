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
  ['.modal-ux', 'role', 'dialog'],
  ['.modal-ux', 'aria-modal', 'true'],
  ['.modal-ux', 'aria-label', 'Available authorizations'],
  // Nobody who looks on reads the token.
  ['.auth-container input', 'type', 'password'],
  ['.auth-container input', 'autocomplete', 'off'],
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

const isShown = (element) => element !== null && element.isConnected && element.getClientRects().length > 0;

const FOCUSABLE = 'a[href], button:not([disabled]), input, select, textarea';

/**
 * Keeps the focus in the dialog that asks for the token while it is open: what is behind it cannot be reached, and the last stop
 * is followed by the first. It gives the focus back to where it came from.
 */
const holdFocus = (root) => {
  let dialog = null;
  let opener = null;
  let section = 0;
  const behind = new Set();

  const sections = () => [...dialog.querySelectorAll('.auth-container')];

  const begin = () => {
    for (let element = dialog; element !== document.body; element = element.parentElement) {
      for (const sibling of element.parentElement.children) {
        if (sibling === element || sibling.inert) continue;
        sibling.inert = true;
        behind.add(sibling);
      }
    }
  };

  const end = () => {
    for (const element of behind) element.inert = false;
    behind.clear();
    const target = isShown(opener) ? opener : root.querySelector('.auth-wrapper > .authorize');
    target?.focus();
  };

  /** A button that does its work is gone with the form around it: what takes its place goes on. */
  const keep = () => {
    if (dialog.contains(document.activeElement)) return;
    const place = sections()[section] ?? dialog;
    (place.querySelector('input') ?? place.querySelector('.btn-done') ?? dialog.querySelector(FOCUSABLE))?.focus();
  };

  const look = () => {
    const found = root.querySelector('.dialog-ux');
    if (found !== dialog) {
      const before = dialog;
      dialog = found;
      if (before !== null) end();
      if (dialog !== null) begin();
    }
    if (dialog !== null) keep();
  };

  document.addEventListener('focusin', ({ target }) => {
    const within = target.closest('.dialog-ux');
    if (within === null) opener = target;
    else section = [...within.querySelectorAll('.auth-container')].findIndex((each) => each.contains(target));
  });
  document.addEventListener('keydown', (event) => {
    if (dialog === null || event.key !== 'Tab') return;
    const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter(isShown);
    const [from, to] = event.shiftKey ? [stops.at(0), stops.at(-1)] : [stops.at(-1), stops.at(0)];
    if (document.activeElement !== from) return;
    event.preventDefault();
    to.focus();
  });
  new MutationObserver(look).observe(root, { childList: true, subtree: true });
};

/** The request that is shown as a command: pictures of the page are sent to others. */
const withoutToken = (request) =>
  request.update('headers', (headers) =>
    headers
      ?.map((value, name) => (/^authorization$/i.test(name) ? 'Bearer YOUR_TOKEN' : value))
      .map((value, name) => (/^x-api-key$/i.test(name) ? 'YOUR_TOKEN' : value)),
  );

const root = document.getElementById('swagger-ui');
followColorScheme();
fillIn(root);
holdFocus(root);
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
  plugins: [
    ({ React }) => ({
      wrapComponents: {
        // There is but this server.
        ServersContainer: () => () => null,
        curl: (Curl) => (props) => React.createElement(Curl, { ...props, request: withoutToken(props.request) }),
      },
    }),
  ],
});

const isDark = globalThis.matchMedia('(prefers-color-scheme: dark)').matches;

const FONT = 'system-ui, sans-serif';

/** Redoc is light by itself; these are its colours where the system prefers dark. */
const DARK = {
  colors: {
    primary: { main: '#7fb8ff' },
    error: { main: '#ffb3ad' },
    text: { primary: '#e6ecf4', secondary: '#a5b3c5' },
    border: { dark: '#2b3a4d', light: '#2b3a4d' },
    responses: {
      success: { color: '#8be0ac', backgroundColor: '#113524' },
      error: { color: '#ffb3ad', backgroundColor: '#3d1a1a' },
      redirect: { color: '#ffd28a', backgroundColor: '#3b2a08' },
      info: { color: '#9ccaff', backgroundColor: '#12304f' },
    },
  },
  schema: { nestedBackground: '#16212f', linesColor: '#4d6b8f', typeNameColor: '#a5b3c5', typeTitleColor: '#c3cfdd' },
  sidebar: { backgroundColor: '#121d2a', textColor: '#e6ecf4', activeTextColor: '#7fb8ff' },
  rightPanel: { backgroundColor: '#0a111a' },
};

const LIGHT = {
  colors: { primary: { main: '#1a5fb4' }, text: { secondary: '#4c5a6e' } },
  sidebar: { backgroundColor: '#f5f7fa' },
  rightPanel: { backgroundColor: '#10233f' },
};

document.documentElement.classList.toggle('dark', isDark);
globalThis.Redoc.init(
  '/openapi.json',
  {
    scrollYOffset: '.portside-bar',
    hideDownloadButtons: true,
    nativeScrollbars: true,
    jsonSamplesExpandLevel: 3,
    theme: {
      ...(isDark ? DARK : LIGHT),
      typography: {
        fontFamily: FONT,
        headings: { fontFamily: FONT },
        ...(isDark && { code: { color: '#ffb3ad', backgroundColor: '#16212f' }, links: { color: '#7fb8ff' } }),
      },
    },
  },
  document.getElementById('redoc'),
);

/** What the addresses of both sides of a shown difference begin with; the manifest's menus go by it. */
export const CONFIG_PREVIEW_SCHEME = 'portside-config';

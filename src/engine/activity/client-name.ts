const MAX_LENGTH = 60;

/**
 * The product that a `User-Agent` begins with (RFC 9110, section 10.1.5): `OpenAI/JS 7.57.0` of the official client for
 * JavaScript, which puts its version behind a blank, and `curl/8.5.0` of others. Browsers all begin with `Mozilla/5.0`: of them the last product
 * that names one is taken. `null` where there is none. Pure.
 */
export const toClientName = (userAgent: string | undefined): string | null => {
  const text = userAgent?.trim() ?? '';
  if (text === '') return null;
  const browser = /\b(?:Edg|OPR|Firefox|Chrome|Version)\/[\d.]+/.exec(text)?.[0];
  if (text.startsWith('Mozilla/') && browser !== undefined) return browser.replace('Version/', 'Safari/');
  const openAi = /^\S*OpenAI\/\S+ \d[\w.]*/.exec(text)?.[0];
  return (openAi ?? text.split(/\s/, 1)[0] ?? text).slice(0, MAX_LENGTH);
};

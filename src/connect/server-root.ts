/** A base URL without its `/v1`: where the server's other paths begin. */
export const toServerRoot = (baseUrl: string): string => baseUrl.replace(/\/v1\/?$/, '');

import { readMetrics } from './read-metrics.ts';

/** Reads `/metrics` of a server. `fetch` sends a token. */
export const scrape = async (fetch: (path: string) => Promise<Response>) => {
  const response = await fetch('/metrics');
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  return { text, ...readMetrics(text) };
};

import path from 'node:path';
import { extractMessages } from './extract-messages.ts';

const sourceFolder = path.resolve(import.meta.dirname, '../../src');

/** `l10n/bundle.l10n.json`: each English message of the sources, as its own key. */
export const toMessageBundle = async (): Promise<string> => {
  const messages = await extractMessages(sourceFolder);
  return `${JSON.stringify(Object.fromEntries(messages.map((message) => [message, message])), null, 2)}\n`;
};

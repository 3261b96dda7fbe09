import type { CredentialSource, CursorCredential } from '../../src/core/credential-source.ts';
import type { RunFailure } from '../../src/core/run-event.ts';

/** Credentials that are what they are: the default account's, then others to fall back to. Notes what is said of them. */
export const createFixedCredentials = (...apiKeys: readonly string[]) => {
  const [first = 'crsr_test', ...others] = apiKeys;
  const toCredential = (apiKey: string): CursorCredential => ({ account: apiKey.replace('crsr_', ''), apiKey });
  const notes: string[] = [];
  const source: CredentialSource = {
    async select(choice) {
      if (choice.type === 'key') return [{ account: null, apiKey: choice.apiKey }];
      if (choice.type === 'account') return [toCredential(`crsr_${choice.name}`)];
      return [toCredential(first), ...others.map(toCredential)];
    },
    noteFailure({ account }, failure): RunFailure {
      notes.push(`${account ?? 'own key'}: ${failure.code}`);
      return apiKeys.length < 2 ? failure : { ...failure, message: `${account ?? 'own key'}: ${failure.message}` };
    },
    noteSuccess({ account }) {
      notes.push(`${account ?? 'own key'}: ok`);
    },
  };
  return { source, notes };
};

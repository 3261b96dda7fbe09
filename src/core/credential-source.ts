import { GatewayError } from './gateway-error.ts';

/** Where the Cursor API key comes from. Asked anew for each run, so that a change takes effect at once. */
export interface CredentialSource {
  /** The key, or `null` where the user has given none. */
  getApiKey(): Promise<string | null>;
}

/** The key. @throws GatewayError `cursor_sign_in_required` where there is none */
export const requireApiKey = async (credentials: CredentialSource): Promise<string> => {
  const apiKey = await credentials.getApiKey();
  if (apiKey !== null) return apiKey;
  throw new GatewayError(
    'cursor_sign_in_required',
    'Portside has no Cursor API key. Set CURSOR_API_KEY, or run the command "Portside: Set Cursor API Key".',
  );
};

import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { RunFailure } from '../../../core/run-event.ts';
import { describeNetworkFailure, fromExchangeRefusal } from '../sign-in-failures.ts';
import type { ExchangeSessionParams, IssueKeyResult } from '../protocol.ts';

/** The service that the SDK signs in at where it is given no address. */
const CURSOR_URL = 'https://api2.cursor.sh';

const SERVICE = 'aiserver.v1.DashboardService';

/** A key is made even where Cursor does not say whose it is: that is not waited for any longer than this. */
const IDENTITY_MS = 5_000;

const OTHER_ACCOUNT =
  "Cursor says that the editor's session belongs to another account than the editor shows. No key was made.";

/**
 * Has a key made for a session that has signed in elsewhere, by the request with which the SDK's own login ends: a unary call
 * of the Connect protocol (https://connectrpc.com/docs/protocol#unary-request); but not where Cursor says that the session is
 * another account's than the expected one. Never rejects.
 */
export const exchangeSession = async (
  params: ExchangeSessionParams,
  options: { readonly backendUrl: string; readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<IssueKeyResult> => {
  const { sessionToken, keyName, expiresAt, expectedEmail } = params;
  const call = (method: string, message: Uint8Array<ArrayBuffer>, timeoutMs: number): Promise<CallResult> =>
    callService(`${options.backendUrl || CURSOR_URL}/${SERVICE}/${method}`, {
      sessionToken,
      message,
      signal: AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)]),
    });

  const identity = await call('GetMe', new Uint8Array(), Math.min(IDENTITY_MS, options.timeoutMs));
  const email = 'error' in identity ? null : readString(identity.message, 3);
  if (email !== null && expectedEmail !== null && email.toLowerCase() !== expectedEmail.toLowerCase()) {
    return { error: { code: 'cursor_sign_in_required', message: OTHER_ACCOUNT } };
  }

  const request = new BinaryWriter().tag(1, WireType.LengthDelimited).string(keyName);
  request.tag(3, WireType.Varint).int64(BigInt(Math.floor(expiresAt)));
  const answer = await call('CreateUserApiKey', request.finish(), options.timeoutMs);
  if ('error' in answer) return answer;
  const apiKey = readString(answer.message, 1);
  if (apiKey === null)
    return { error: { code: 'upstream_error', message: 'Cursor answered without a key. Try again.' } };
  return { key: { apiKey, email, expiresAt } };
};

type CallResult = { readonly message: Uint8Array } | { readonly error: RunFailure };

const callService = async (
  url: string,
  options: { readonly sessionToken: string; readonly message: Uint8Array<ArrayBuffer>; readonly signal: AbortSignal },
): Promise<CallResult> => {
  const { sessionToken, message, signal } = options;
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${sessionToken}`,
        'content-type': 'application/proto',
        'connect-protocol-version': '1',
      },
      body: message,
      // The token is for this service alone.
      redirect: 'error',
      signal,
    });
    const body = new Uint8Array(await response.arrayBuffer());
    if (response.ok) return { message: body };
    const words = readWords(body).replaceAll(sessionToken, '…');
    return { error: fromExchangeRefusal(response.status, words) };
  } catch (error) {
    return { error: describeNetworkFailure(error) };
  }
};

/** A string field of a message; `null` where it is missing, empty, or the message is none. */
const readString = (message: Uint8Array, wanted: number): string | null => {
  const reader = new BinaryReader(message);
  try {
    while (reader.pos < reader.len) {
      const [field, type] = reader.tag();
      if (field === wanted && type === WireType.LengthDelimited) return reader.string() || null;
      reader.skip(type, field);
    }
  } catch {
    // Not a message of this kind.
  }
  return null;
};

/** What the service says in an error: https://connectrpc.com/docs/protocol#error-end-stream. */
const readWords = (body: Uint8Array): string => {
  try {
    const answer: unknown = JSON.parse(new TextDecoder().decode(body));
    const isError = typeof answer === 'object' && answer !== null && 'message' in answer;
    return isError && typeof answer.message === 'string' ? answer.message : '';
  } catch {
    return '';
  }
};

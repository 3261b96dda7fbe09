import { PortsideApiError } from './portside-api-error.ts';

/** What is asked for, checked. */
export interface TokenRequest {
  readonly name: string;
  readonly reason?: string;
  readonly expiresAt?: number;
  readonly models?: readonly string[];
  readonly requestsPerMinute?: number;
}

const refuse = (what: string): never => {
  throw new PortsideApiError('invalid_request', `${what}. docs/extension-api.md of Portside says what is.`);
};

/** One line of text that cannot be taken for more of the question than it is. */
const readLine = (value: unknown, field: string, most: number): string => {
  const line = typeof value === 'string' ? value.replaceAll(/[\p{C}\p{Z}]+/gu, ' ').trim() : '';
  return line === '' || line.length > most ? refuse(`${field} is not valid`) : line;
};

const readWhole = (value: unknown, field: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : refuse(`${field} is not valid`);

const readList = (value: unknown, field: string): readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.length <= 100
    ? value.map((entry) => readLine(entry, field, 100))
    : refuse(`${field} is not valid`);

/**
 * Checks what another extension has handed in, which may not be written in TypeScript. By hand, as a library for it would be
 * most of what the editor loads when it starts.
 *
 * @throws PortsideApiError `invalid_request`
 */
export const readTokenOptions = (options: unknown, now: number): TokenRequest => {
  if (typeof options !== 'object' || options === null) return refuse('createToken takes an object with a name');
  const given: Readonly<Record<string, unknown>> = { ...options };
  const read = <T>(field: string, reader: (value: unknown, field: string) => T): Record<string, T> =>
    given[field] === undefined ? {} : { [field]: reader(given[field], field) };
  const request: TokenRequest = {
    name: readLine(given['name'], 'name', 60),
    ...read('reason', (value, field) => readLine(value, field, 200)),
    ...read('expiresAt', readWhole),
    ...read('models', readList),
    ...read('requestsPerMinute', readWhole),
  };
  if (request.expiresAt !== undefined && request.expiresAt <= now) {
    throw new PortsideApiError('invalid_request', 'expiresAt is not in the future.');
  }
  return request;
};

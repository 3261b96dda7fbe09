/** A request whose headers are written plainly. */
export interface PlainRequest extends Omit<RequestInit, 'headers'> {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Adds the access token and the type of a JSON body, unless the request has its own. */
export const withToken = (token: string, request: PlainRequest = {}): RequestInit => ({
  ...request,
  headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', ...request.headers },
});

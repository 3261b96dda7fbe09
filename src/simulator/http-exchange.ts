import type { universalResponseToNodeResponse } from '@connectrpc/connect-node';
import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

/** A request of either HTTP version. */
export type HttpRequest = IncomingMessage | Http2ServerRequest;

/** A response of either HTTP version, typed by what is the same in both. */
export type HttpResponse = Parameters<typeof universalResponseToNodeResponse>[1];

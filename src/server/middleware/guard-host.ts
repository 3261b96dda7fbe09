import type { RequestHandler } from 'express';
import { judgeRequestHead, type NetworkPolicy } from '../../core/loopback-guard.ts';
import { readRequestHead } from '../request-head.ts';

/** Refuses requests that a web page could have caused, by their `Host` and `Origin`. */
export const guardHost =
  (policy: NetworkPolicy): RequestHandler =>
  (request, _response, next) => {
    const refusal = judgeRequestHead(readRequestHead(request), policy);
    if (refusal !== null) throw refusal;
    next();
  };

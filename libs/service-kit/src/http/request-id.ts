import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';

/** Bounded and harmless in logs and headers. */
const valid = /^[A-Za-z0-9._-]{8,128}$/;

/**
 * Keeps the id our own proxy gave a request, or gives it one, and sends it back. The edge replaces
 * what clients send, so an id that arrives behind it is the platform's; a front door trusts none.
 */
export function requestId(trusted: boolean): RequestHandler {
  return (request, response, next) => {
    const given = request.headers['x-request-id'];
    const id = trusted && typeof given === 'string' && valid.test(given) ? given : randomUUID();
    response.locals['requestId'] = id;
    response.setHeader('x-request-id', id);
    next();
  };
}

/** The id of the request that this response answers. */
export const requestIdOf = (response: Response): string => String(response.locals['requestId']);

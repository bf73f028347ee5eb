import { CodedError, problemOf } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { requestIdOf } from './request-id.ts';

/** Whatever no route took. */
export function routeNotFound(): RequestHandler {
  return () => {
    throw new CodedError('ROUTE_NOT_FOUND');
  };
}

/**
 * The one place where a failure becomes problem+json. A response that has begun cannot be taken
 * back: its connection is cut, so that a truncated body does not look complete.
 */
export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const requestId = requestIdOf(response);
    const answer = problemOf(error, { requestId, instance: request.originalUrl.split('?', 1)[0]! });
    if (answer.status >= 500) log.error({ err: error, requestId, code: answer.body.code }, 'request failed');
    if (response.headersSent) return void response.destroy();
    response.status(answer.status).set(answer.headers);
    response.end(JSON.stringify(answer.body));
  };
}

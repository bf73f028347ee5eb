import type { Identity } from '@edgeway/auth';
import { requestIdOf } from '@edgeway/service-kit/http';
import type { ServiceClient } from '@edgeway/service-client';
import type { Request, RequestHandler, Response } from 'express';
import { pipeline } from 'node:stream/promises';
import { callerOf } from '../identity/authenticate.ts';
import { boundedBody } from './bounded-body.ts';
import { outgoingHeaders, type Vouched } from './outgoing-headers.ts';

export interface ForwardOptions {
  readonly mint: (identity: Identity) => Promise<string>;
  readonly maxBodyBytes: number;
}

/** Sends the request on to a service and its answer back, neither held in memory. */
export function forward(upstream: ServiceClient, { mint, maxBodyBytes }: ForwardOptions): RequestHandler {
  return async (request, response) => {
    const body = boundedBody(request, maxBodyBytes);
    const headers = outgoingHeaders(request.headers, await vouch(request, response, mint));
    const signal = clientGone(response);
    const answer = await upstream.request({ method: request.method, path: request.originalUrl, headers, body, signal });
    if (signal.aborted) return void answer.body.destroy();
    response.status(answer.status);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    // A body that breaks off breaks the response off too: pipeline destroys it.
    await pipeline(answer.body, response).catch(() => response.destroy());
  };
}

/** What the gateway says of the caller to those inside. */
export async function vouch(request: Request, response: Response, mint: ForwardOptions['mint']): Promise<Vouched> {
  const identity = callerOf(response);
  return {
    internalToken: identity === undefined ? undefined : await mint(identity),
    requestId: requestIdOf(response),
    clientAddress: request.ip ?? 'unknown',
  };
}

/** Aborts when the client hangs up before its answer is complete. */
export function clientGone(response: Response): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort(new Error('the client has gone'));
  });
  return gone.signal;
}

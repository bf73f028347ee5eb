import { catalogue, CodedError, type ErrorCode, type Problem } from '@edgeway/errors';
import { withDeadline } from '@edgeway/resilience';
import type { Fields, ServiceClient } from '@edgeway/service-client';
import type { Logger } from '@edgeway/telemetry';
import type { RequestHandler } from 'express';
import type { RouteConfig } from '../config/schema.ts';
import { clientGone, vouch, type ForwardOptions } from '../forwarding/forward.ts';
import { outgoingHeaders } from '../forwarding/outgoing-headers.ts';

type PartConfig = NonNullable<RouteConfig['merge']>[string];

/** A part that a service refused with a problem of its own. */
class PartRefused extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(`answered ${status}`);
    this.status = status;
    this.problem = problem;
  }
}

/** A part is a small resource; more than this is not one. */
const maxPartBytes = 1_048_576;

/**
 * Asks for all parts at once, each with its own deadline, and answers with those that came: a client
 * is better served by most of a page now than by all of it too late. `complete` says which it got.
 *
 * @throws what a required part failed with.
 */
export function merge(
  parts: Readonly<Record<string, PartConfig>>,
  upstreamOf: (service: string) => ServiceClient,
  log: Logger,
  options: ForwardOptions,
): RequestHandler {
  return async (request, response) => {
    const vouched = await vouch(request, response, options.mint);
    const headers = outgoingHeaders({ accept: 'application/json' }, vouched);
    const gone = clientGone(response);
    let complete = true;
    const entries = await Promise.all(
      Object.entries(parts).map(async ([name, part]): Promise<[string, unknown]> => {
        try {
          return [
            name,
            await withDeadline(part.deadlineMs, gone, (signal) =>
              readPart(upstreamOf(part.from), part.path, headers, signal),
            ),
          ];
        } catch (error) {
          if (part.required) throw asClientError(error);
          log.warn({ err: error, part: name, requestId: vouched.requestId }, 'part left out');
          complete = false;
          return [name, part.otherwise];
        }
      }),
    );
    response.set('cache-control', 'no-store').json({ ...Object.fromEntries(entries), complete });
  };
}

async function readPart(upstream: ServiceClient, path: string, headers: Fields, signal: AbortSignal): Promise<unknown> {
  const { status, body } = await upstream.request({ method: 'GET', path, headers, signal });
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxPartBytes) throw new CodedError('UPSTREAM_FAILED', { detail: `${path} is too large to merge.` });
    chunks.push(chunk);
  }
  const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (status !== 200) throw new PartRefused(status, problemIn(value));
  return value;
}

const problemIn = (value: unknown): Problem | undefined =>
  typeof value === 'object' && value !== null && 'code' in value ? (value as Problem) : undefined;

/** A problem of our catalogue stays what it is; anything else is the service's failure. */
function asClientError(error: unknown): unknown {
  if (!(error instanceof PartRefused))
    return error instanceof SyntaxError ? new CodedError('UPSTREAM_FAILED', { cause: error }) : error;
  const own = error.problem?.code;
  if (own !== undefined && isErrorCode(own) && catalogue[own].status === error.status)
    return new CodedError(own, { detail: error.problem?.detail, cause: error });
  const code = error.status === 503 ? 'UPSTREAM_UNAVAILABLE' : 'UPSTREAM_FAILED';
  return new CodedError(code, {
    detail: `A required part ${error.message}${error.problem === undefined ? '' : ` (${error.problem.code})`}.`,
    cause: error,
  });
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(catalogue, code);

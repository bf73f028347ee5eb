import { CodedError } from '@edgeway/errors';
import { errors } from 'undici';

/** No byte of the request can have been read: nobody was there. */
const unreached = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'UND_ERR_CONNECT_TIMEOUT']);
/** The connection died before an answer. Whether the request was acted upon is not known. */
const died = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Whether the endpoint was not there at all. */
export const isUnreached = (error: unknown): boolean => unreached.has(codeOf(error));

/** Whether a safe request may be sent again elsewhere. Timeouts are not repeated: the answer may be as slow there. */
export const isRepeatable = (error: unknown): boolean => isUnreached(error) || died.has(codeOf(error));

/** What the caller learns. A caller that has gone, and coded errors (a body over its limit), pass as they are. */
export function codedFailure(error: unknown, service: string, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true || error instanceof CodedError) return error;
  if (error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError)
    return new CodedError('UPSTREAM_TIMEOUT', { detail: `${service} did not answer in time.`, cause: error });
  if (isUnreached(error))
    return new CodedError('UPSTREAM_UNAVAILABLE', { detail: `${service} cannot be reached.`, cause: error });
  return new CodedError('UPSTREAM_FAILED', { detail: `${service} failed before it answered.`, cause: error });
}

import type { FieldFault } from './coded-error.ts';
import { CodedError } from './coded-error.ts';

/** A problem details object (RFC 9457) with the house's extensions: `code`, `requestId`, `errors`. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly instance: string;
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly FieldFault[];
}

export interface ProblemAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Problem;
}

/**
 * The one place where a failure becomes an answer. Anything that is not a {@link CodedError} is
 * INTERNAL_ERROR and its text stays in the log: messages of libraries leak paths and queries.
 */
export function problemOf(
  error: unknown,
  at: { readonly requestId: string; readonly instance: string },
): ProblemAnswer {
  const coded = error instanceof CodedError ? error : new CodedError('INTERNAL_ERROR', { cause: error });
  const body: Problem = {
    type: `urn:edgeway:problem:${coded.code.toLowerCase().replaceAll('_', '-')}`,
    title: coded.title,
    status: coded.status,
    ...(coded.detail === undefined ? {} : { detail: coded.detail }),
    instance: at.instance,
    code: coded.code,
    requestId: at.requestId,
    ...(coded.errors === undefined ? {} : { errors: coded.errors }),
  };
  const headers: Record<string, string> = {
    ...coded.headers,
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  };
  // RFC 9110, 15.5.2: a 401 names the scheme it would take.
  if (coded.status === 401) headers['www-authenticate'] ??= 'Bearer';
  if (coded.retryAfterSeconds !== undefined) headers['retry-after'] = String(coded.retryAfterSeconds);
  return { status: coded.status, headers, body };
}

/** What a code means to a client. `docs/reference/failure-modes.md` says what to check. */
export interface ErrorKind {
  /** HTTP status of the answer. */
  readonly status: number;
  /** Short and the same for every occurrence (RFC 9457, title). */
  readonly title: string;
  /** Sent as Retry-After when the occurrence names none. Seconds. */
  readonly retryAfterSeconds?: number;
}

/** Every code the platform can answer with. A code is a contract: it is never renamed or reused. */
export const catalogue = {
  // every service
  BODY_INVALID: { status: 400, title: 'The request body is not valid' },
  BODY_TOO_LARGE: { status: 413, title: 'The request body is too large' },
  BODY_TYPE_UNSUPPORTED: { status: 415, title: 'The request body must be application/json' },
  DEADLINE_EXCEEDED: { status: 504, title: 'The answer took too long' },
  IDENTITY_INVALID: { status: 401, title: 'The internal identity is not valid' },
  IDENTITY_MISSING: { status: 401, title: 'The internal identity is missing' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The resource does not offer this method' },
  QUERY_INVALID: { status: 400, title: 'The query string is not valid' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is no such resource' },
  SCOPE_MISSING: { status: 403, title: 'The token lacks a scope this needs' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;

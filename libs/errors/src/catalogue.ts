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
  DATABASE_UNAVAILABLE: { status: 503, title: 'The database does not answer at the moment', retryAfterSeconds: 1 },
  DEADLINE_EXCEEDED: { status: 504, title: 'The answer took too long' },
  IDENTITY_INVALID: { status: 401, title: 'The internal identity is not valid' },
  IDENTITY_MISSING: { status: 401, title: 'The internal identity is missing' },
  INTERNAL_ERROR: { status: 500, title: 'Something went wrong on our side' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The resource does not offer this method' },
  QUERY_INVALID: { status: 400, title: 'The query string is not valid' },
  ROUTE_NOT_FOUND: { status: 404, title: 'There is no such resource' },
  SCOPE_MISSING: { status: 403, title: 'The token lacks a scope this needs' },

  // a balancer or a client of a service
  EDGE_CONFIG_INVALID: { status: 422, title: 'The configuration file is not valid' },
  EDGE_CONNECTION_LIMIT: { status: 503, title: 'Too many connections are open', retryAfterSeconds: 1 },
  EDGE_ENDPOINT_NOT_FOUND: { status: 404, title: 'The pool has no such endpoint' },
  EDGE_EXPECTATION_UNKNOWN: { status: 417, title: 'The balancer knows no such expectation' },
  EDGE_HEAD_TOO_LARGE: { status: 431, title: 'The request head is too large' },
  EDGE_HOST_INVALID: { status: 400, title: 'The request must name exactly one host' },
  EDGE_MESSAGE_INVALID: { status: 400, title: 'The request is not well-formed HTTP/1.1' },
  EDGE_METHOD_UNSUPPORTED: { status: 501, title: 'The balancer does not relay this method' },
  EDGE_NO_HEALTHY_ENDPOINT: { status: 503, title: 'No healthy endpoint can take the request', retryAfterSeconds: 1 },
  EDGE_POOL_FULL: { status: 503, title: 'Every endpoint is at its limit', retryAfterSeconds: 1 },
  EDGE_POOL_NOT_FOUND: { status: 404, title: 'There is no such pool' },
  EDGE_READ_ONLY: { status: 403, title: 'Nothing can be changed here: no token is configured' },
  EDGE_REQUEST_TIMEOUT: { status: 408, title: 'The request took too long to arrive' },
  EDGE_TARGET_TOO_LONG: { status: 414, title: 'The request target is too long' },
  EDGE_UPGRADE_UNSUPPORTED: { status: 501, title: 'The balancer does not relay WebSockets' },
  EDGE_UPSTREAM_FAILED: { status: 502, title: 'The endpoint failed before it answered' },
  EDGE_UPSTREAM_INVALID: { status: 502, title: 'The endpoint did not answer in well-formed HTTP/1.1' },
  EDGE_UPSTREAM_TIMEOUT: { status: 504, title: 'The endpoint did not answer in time' },
  EDGE_VERSION_UNSUPPORTED: { status: 505, title: 'The balancer speaks HTTP/1.1 and HTTP/1.0' },
  UPSTREAM_FAILED: { status: 502, title: 'A service failed before it answered' },
  UPSTREAM_TIMEOUT: { status: 504, title: 'A service did not answer in time' },
  UPSTREAM_UNAVAILABLE: { status: 503, title: 'A service cannot be reached at the moment', retryAfterSeconds: 1 },

  // the gateway
  IDENTITY_KEYS_UNAVAILABLE: { status: 503, title: 'Tokens cannot be verified at the moment', retryAfterSeconds: 1 },
  LIMITS_UNAVAILABLE: { status: 503, title: 'Request limits cannot be checked at the moment', retryAfterSeconds: 1 },
  PATH_INVALID: { status: 400, title: 'The path is not in its normal form' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  SESSION_CHECK_UNAVAILABLE: {
    status: 503,
    title: 'It cannot be checked at the moment whether the session still holds',
    retryAfterSeconds: 1,
  },
  SESSION_REVOKED: { status: 401, title: 'The session has ended' },
  TOKEN_EXPIRED: { status: 401, title: 'The access token has expired' },
  TOKEN_INVALID: { status: 401, title: 'The access token is not valid' },
  TOKEN_MISSING: { status: 401, title: 'This needs an access token' },

  // accounts
  CREDENTIALS_INVALID: { status: 401, title: 'The e-mail address or the password is wrong' },
  EMAIL_TAKEN: { status: 409, title: 'There is an account with this e-mail address' },
  HASHING_BUSY: { status: 503, title: 'Too many sign-ins at the same moment', retryAfterSeconds: 1 },
  REFRESH_TOKEN_INVALID: { status: 401, title: 'The refresh token is not valid' },
  USER_NOT_FOUND: { status: 404, title: 'There is no such account' },

  // catalogue and orders
  CURSOR_INVALID: { status: 400, title: 'The cursor is not one this list gave out' },
  IDEMPOTENCY_IN_FLIGHT: {
    status: 409,
    title: 'A request with this Idempotency-Key is in progress',
    retryAfterSeconds: 1,
  },
  IDEMPOTENCY_KEY_INVALID: { status: 400, title: 'The Idempotency-Key is not valid' },
  IDEMPOTENCY_KEY_MISSING: { status: 400, title: 'This needs an Idempotency-Key' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'The Idempotency-Key was used with another payload' },
  ORDER_NOT_FOUND: { status: 404, title: 'There is no such order' },
  OUT_OF_STOCK: { status: 409, title: 'There is not enough stock' },
  PRODUCT_NOT_FOUND: { status: 404, title: 'There is no such product' },
  PRODUCT_UNKNOWN: { status: 422, title: 'The order names a product that does not exist' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof catalogue;

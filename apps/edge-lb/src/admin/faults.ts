import { unknownName } from '@edgeway/config';
import { CodedError, catalogue, type CodedErrorOptions, type ErrorCode, type ErrorKind } from '@edgeway/errors';

// Until the catalogue has them: move these lines there, and call `new CodedError` below.
const pending = {
  EDGE_CONFIG_INVALID: { status: 422, title: 'The configuration file is not valid' },
  EDGE_ENDPOINT_NOT_FOUND: { status: 404, title: 'The pool has no such endpoint' },
  EDGE_POOL_NOT_FOUND: { status: 404, title: 'There is no such pool' },
  EDGE_READ_ONLY: { status: 403, title: 'Nothing can be changed here: no token is configured' },
} as const satisfies Record<string, ErrorKind>;

export function fault(code: keyof typeof pending, options: CodedErrorOptions = {}): CodedError {
  if (code in catalogue) return new CodedError(code as unknown as ErrorCode, options);
  return Object.assign(new CodedError('INTERNAL_ERROR', options), pending[code], {
    code: code as unknown as ErrorCode,
  });
}

/** Longer names get no hint: to compare them costs their length times that of every known one. */
const longestCompared = 256;

/** @returns the EDGE_POOL_NOT_FOUND or EDGE_ENDPOINT_NOT_FOUND that says which name was meant. */
export function notFound(kind: 'pool' | 'endpoint', name: string, known: readonly string[]): CodedError {
  const detail = name.length > longestCompared ? `unknown ${kind}` : unknownName(kind, name, known);
  return fault(kind === 'pool' ? 'EDGE_POOL_NOT_FOUND' : 'EDGE_ENDPOINT_NOT_FOUND', { detail });
}

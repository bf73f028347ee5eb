import { CodedError } from '@edgeway/errors';

/** SQLSTATE classes and codes that say "the server, not the statement": PostgreSQL, appendix A. */
const sqlStates = /^(08...|57P0[1-5]|53300|57014|25P03)$/;
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** node-postgres reports its own timeouts and lost connections by text alone. */
const texts =
  /connection terminated|timeout exceeded|query read timeout|connection error|not queryable|write after end/i;

/** Whether a failed query says that PostgreSQL cannot be reached or is going down. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError && error.errors.some(isDatabaseUnavailable)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return networkCodes.has(code) || sqlStates.test(code) || texts.test(error.message);
}

/** Turns such a failure into DATABASE_UNAVAILABLE (503 with Retry-After); anything else stays what it is. */
export function asCodedStoreError(error: unknown): unknown {
  return isDatabaseUnavailable(error) ? new CodedError('DATABASE_UNAVAILABLE', { cause: error }) : error;
}

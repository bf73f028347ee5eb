import { unknownName } from '@edgeway/config';
import { CodedError } from '@edgeway/errors';

/** Longer names get no hint: to compare them costs their length times that of every known one. */
const longestCompared = 256;

/** @returns the EDGE_POOL_NOT_FOUND or EDGE_ENDPOINT_NOT_FOUND that says which name was meant. */
export function notFound(kind: 'pool' | 'endpoint', name: string, known: readonly string[]): CodedError {
  const detail = name.length > longestCompared ? `unknown ${kind}` : unknownName(kind, name, known);
  return new CodedError(kind === 'pool' ? 'EDGE_POOL_NOT_FOUND' : 'EDGE_ENDPOINT_NOT_FOUND', { detail });
}

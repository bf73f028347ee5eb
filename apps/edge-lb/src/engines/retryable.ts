/** No byte of the request can have been read: nobody was there. */
export const unreached: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EDGE_CONNECT_TIMEOUT',
]);

/** Nobody was there, beyond doubt. One that takes long to connect may be busy, or this process is. */
export const isGone = (code: string): boolean => unreached.has(code) && code !== 'EDGE_CONNECT_TIMEOUT';

/** May be asked again although they may have been acted on (RFC 9110, 9.2.1). */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Doing them twice is doing them once (RFC 9110, 9.2.2). */
export const idempotentMethods: ReadonlySet<string> = new Set([...safeMethods, 'PUT', 'DELETE']);

import type { IncomingHttpHeaders } from 'node:http';

/** Fields of one connection, never relayed (RFC 9110, 7.6.1), and credentials meant for a proxy (11.7.1). */
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'trailer',
  'upgrade',
];
/** Connection may name any field, but not the framing: dropping Transfer-Encoding would change where the message ends. */
const framing = new Set(['content-length', 'transfer-encoding', 'host']);
const via = '1.1 edgeway';

/** Removes what belongs to the connection the message came on, and adds Via (RFC 9110, 7.6.3). */
export function leaveHop(headers: IncomingHttpHeaders): void {
  const nominated = headers.connection?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  for (const name of [...nominated, ...hopByHop]) if (!framing.has(name)) delete headers[name];
  headers.via = headers.via === undefined ? via : `${headers.via}, ${via}`;
}

export interface Arrival {
  /** The peer's address. */
  readonly peer: string;
  /** How many proxies in front are believed. */
  readonly trustedHops: number;
  readonly requestId: string;
}

/** Says who asked. What clients say about that themselves is believed from configured proxies only. */
export function stampForwarding(headers: IncomingHttpHeaders, { peer, trustedHops, requestId }: Arrival): void {
  const trusted = trustedHops > 0;
  const before = trusted ? headers['x-forwarded-for'] : undefined;
  headers['x-forwarded-for'] = before === undefined ? peer : `${String(before)}, ${peer}`;
  if (!trusted || headers['x-forwarded-host'] === undefined) headers['x-forwarded-host'] = headers.host;
  if (!trusted || headers['x-forwarded-proto'] === undefined) headers['x-forwarded-proto'] = 'http';
  delete headers['x-forwarded-port'];
  delete headers['forwarded'];
  headers['x-request-id'] = requestId;
}

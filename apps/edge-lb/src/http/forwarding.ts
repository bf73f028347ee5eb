import type { IncomingHttpHeaders } from 'node:http';
import { hopByHopFields, nominatedBy } from '@edgeway/http1';
import { isTraceparent, newRequestId, newTraceparent } from './ids.ts';

/** What this engine makes anew, besides the fields of the connection. */
const left = [...hopByHopFields, 'trailer'];
const via = '1.1 edgeway';

/** Whether the client wants this connection closed after the answer. */
export const asksToClose = ({ connection }: IncomingHttpHeaders): boolean => nominatedBy(connection).includes('close');

/** Removes what belongs to the connection the message came on, and adds Via (RFC 9110, 7.6.3). */
export function leaveHop(headers: IncomingHttpHeaders): void {
  for (const name of [...nominatedBy(headers.connection), ...left]) delete headers[name];
  headers.via = headers.via === undefined ? via : `${headers.via}, ${via}`;
}

/** Bounded and harmless in logs and fields. */
export const validRequestId = /^[A-Za-z0-9._-]{8,128}$/;

/** The id a trusted proxy in front gave, when it is one that is harmless in logs; else a new one. */
export function requestIdFor(headers: IncomingHttpHeaders, trustedHops: number): string {
  const given = trustedHops > 0 ? headers['x-request-id'] : undefined;
  return typeof given === 'string' && validRequestId.test(given) ? given : newRequestId();
}

export interface Arrival {
  /** The peer's address. */
  readonly peer: string;
  /** How many proxies in front are believed. */
  readonly trustedHops: number;
  readonly requestId: string;
}

/** What services may take for a proxy's word about the client. */
const claim = /^(?:forwarded|x-real-ip|x-forwarded-.*)$/;

/** Says who asked. What clients say about that themselves is believed from configured proxies only. */
export function stampForwarding(headers: IncomingHttpHeaders, { peer, trustedHops, requestId }: Arrival): void {
  if (trustedHops === 0) for (const name of Object.keys(headers)) if (claim.test(name)) delete headers[name];
  const before = headers['x-forwarded-for'];
  headers['x-forwarded-for'] = before === undefined ? peer : `${String(before)}, ${peer}`;
  headers['x-forwarded-proto'] ??= 'http';
  // HTTP/1.0 needs no Host.
  if (headers.host !== undefined) headers['x-forwarded-host'] ??= headers.host;
  const element = forwardedElement(peer, headers.host, 'http');
  headers.forwarded = headers.forwarded === undefined ? element : `${headers.forwarded}, ${element}`;
  headers['x-request-id'] = requestId;
  if (isTraceparent(String(headers['traceparent']))) return;
  delete headers['tracestate'];
  headers['traceparent'] = newTraceparent(requestId);
}

/** One hop as RFC 7239 writes it: an IPv6 address is bracketed, and quoted for its colons. */
export function forwardedElement(peer: string, host: string | undefined, proto: string): string {
  const node = peer.includes(':') ? `"[${peer}]"` : peer;
  if (host === undefined) return `for=${node};proto=${proto}`;
  return `for=${node};host=${/^[\w.~-]+$/.test(host) ? host : `"${host}"`};proto=${proto}`;
}

import { dropTable, hopByHopFields, idOf, type RequestHead } from '@edgeway/http1';
import { isTraceparent, newRequestId, newTraceparent } from '../../http/ids.ts';
import { forwardedElement, validRequestId } from '../../http/forwarding.ts';

const ids = {
  via: idOf('via'),
  forwarded: idOf('forwarded'),
  forwardedFor: idOf('x-forwarded-for'),
  forwardedHost: idOf('x-forwarded-host'),
  forwardedProto: idOf('x-forwarded-proto'),
  requestId: idOf('x-request-id'),
  traceparent: idOf('traceparent'),
  maxForwards: idOf('max-forwards'),
};

/** Written anew by every hop. Host too: a target's authority overrides it. */
const own = ['expect', 'host', 'x-request-id', 'forwarded', 'x-forwarded-for', 'traceparent', 'max-forwards'] as const;
const trustedDrop = dropTable(...hopByHopFields, ...own);
/** Nobody in front is believed: what clients say about themselves goes. */
const untrustedDrop = dropTable(
  ...hopByHopFields,
  ...own,
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-port',
  'x-real-ip',
);
const untracedDrops = [trustedDrop, untrustedDrop].map((table) => {
  const copy = table.slice();
  copy[idOf('tracestate')] = 1;
  return copy;
});

export interface Hop {
  readonly peer: string;
  readonly proto: 'http' | 'https';
  readonly trustedHops: number;
}

/** The id a trusted proxy in front gave, when it is one that is harmless in logs; else a new one. */
export function requestIdOf(head: RequestHead, bytes: Buffer, trustedHops: number): string {
  const given = trustedHops > 0 ? head.value(bytes, ids.requestId) : undefined;
  return given !== undefined && validRequestId.test(given) ? given : newRequestId();
}

/** A request's head as it goes to an endpoint: its own fields byte for byte, less the last hop's, plus this one's. */
export function requestText(
  head: RequestHead,
  bytes: Buffer,
  target: string,
  requestId: string,
  { peer, proto, trustedHops }: Hop,
): string {
  const trusted = trustedHops > 0;
  const host = head.authority(bytes);
  const traceparent = head.isRepeated(ids.traceparent) ? undefined : head.value(bytes, ids.traceparent);
  const traced = traceparent !== undefined && isTraceparent(traceparent);
  const drop = traced ? (trusted ? trustedDrop : untrustedDrop) : untracedDrops[trusted ? 0 : 1]!;
  head.dropClaims = !trusted;
  let text = `${head.method(bytes)} ${target} HTTP/1.1\r\n`;
  // HTTP/1.0 may lack it, 1.1 may not: one that names nobody then (RFC 9112, 3.2).
  text += `host: ${host ?? ''}\r\n`;
  text += head.kept(bytes, drop);
  const before = trusted ? head.list(bytes, ids.forwardedFor) : undefined;
  text += before === undefined ? `x-forwarded-for: ${peer}\r\n` : `x-forwarded-for: ${before}, ${peer}\r\n`;
  if (!trusted || !head.has(ids.forwardedProto)) text += `x-forwarded-proto: ${proto}\r\n`;
  if (host !== undefined && (!trusted || !head.has(ids.forwardedHost))) text += `x-forwarded-host: ${host}\r\n`;
  const element = forwardedElement(peer, host, proto);
  const chain = trusted ? head.list(bytes, ids.forwarded) : undefined;
  text += `forwarded: ${chain === undefined ? element : `${chain}, ${element}`}\r\n`;
  text += `x-request-id: ${requestId}\r\n`;
  text += `traceparent: ${traced ? traceparent : newTraceparent(requestId)}\r\n`;
  const maxForwards = head.has(ids.maxForwards) ? head.value(bytes, ids.maxForwards)! : undefined;
  if (maxForwards !== undefined) text += `max-forwards: ${lessOne(maxForwards)}\r\n`;
  if (head.upgrade) text += `connection: upgrade\r\nupgrade: websocket\r\n`;
  return `${text}via: 1.1 edgeway\r\n\r\n`;
}

/** OPTIONS and TRACE count the proxies they may still pass (RFC 9110, 7.6.2). What is no number is not ours to mend. */
const lessOne = (value: string): string => (/^[1-9]\d{0,8}$/.test(value) ? String(Number(value) - 1) : value);

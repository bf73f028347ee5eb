import { randomBytes } from 'node:crypto';

const supplyBytes = 8192;
let supply = '';
let used = 0;

/** Hexadecimal digits from a supply: one system call's worth of randomness serves hundreds of requests. */
function hex(digits: number): string {
  if (used + digits > supply.length) {
    supply = randomBytes(supplyBytes).toString('hex');
    used = 0;
  }
  return supply.slice(used, (used += digits));
}

/** A new request id: a version 4 UUID (RFC 9562, 5.4). */
export function newRequestId(): string {
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
}

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;

/** Whether this is a traceparent that may be continued (W3C Trace Context, 3.2). */
export function isTraceparent(value: string): boolean {
  const match = form.exec(value);
  if (match === null || match[1] === 'ff' || (match[1] === '00' && match[4] !== undefined)) return false;
  return !/^0+$/.test(match[2]!) && !/^0+$/.test(match[3]!);
}

/**
 * Begins a trace, unsampled. It takes the request's id, where that can be one: whoever has the one
 * finds the other.
 */
export const newTraceparent = (requestId: string): string => `00-${traceIdOf(requestId)}-${spanId()}-00`;

function traceIdOf(id: string): string {
  if (id.length !== 36) return hex(32);
  const digits = id.slice(0, 8) + id.slice(9, 13) + id.slice(14, 18) + id.slice(19, 23) + id.slice(24);
  return /^(?!0+$)[\da-f]{32}$/.test(digits) ? digits : hex(32);
}

function spanId(): string {
  const id = hex(16);
  return id === '0000000000000000' ? spanId() : id;
}

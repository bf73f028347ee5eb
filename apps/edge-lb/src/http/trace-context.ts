import { randomBytes } from 'node:crypto';

const form = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/;

/** Whether this is a traceparent that may be continued (W3C Trace Context, 3.2). */
export function isTraceparent(value: string): boolean {
  const match = form.exec(value);
  if (match === null || match[1] === 'ff' || (match[1] === '00' && match[4] !== undefined)) return false;
  return !/^0+$/.test(match[2]!) && !/^0+$/.test(match[3]!);
}

let left = Buffer.alloc(0);

/** Begins a trace, unsampled. It takes the request's id, where that can be one: whoever has the one finds the other. */
export const newTraceparent = (requestId: string): string => `00-${traceIdFrom(requestId)}-${newSpanId()}-00`;

function traceIdFrom(requestId: string): string {
  const id = requestId.replaceAll('-', '').toLowerCase();
  return /^(?!0+$)[\da-f]{32}$/.test(id) ? id : randomBytes(16).toString('hex');
}

/** Sixteen hexadecimal digits, not all zero. Taken from a supply, since one by one randomness costs a system call. */
function newSpanId(): string {
  if (left.length < 8) left = randomBytes(4096);
  const id = left.toString('hex', 0, 8);
  left = left.subarray(8);
  return id === '0000000000000000' ? newSpanId() : id;
}

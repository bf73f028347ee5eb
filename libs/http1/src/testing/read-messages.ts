import { BodyFraming } from '../body.ts';
import type { Fault } from '../fault.ts';
import type { Head } from '../head.ts';
import type { Limits } from '../limits.ts';
import { defaultLimits } from '../limits.ts';
import { RequestHead } from '../request-head.ts';
import { ResponseHead } from '../response-head.ts';

/** One message as it was understood. */
export interface ReadMessage {
  readonly start: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly complete: boolean;
}

export interface Reading {
  readonly messages: readonly ReadMessage[];
  /** `after close`: bytes behind a message that ends its connection, which a relay never reads. */
  readonly refused: Fault | 'after close' | undefined;
}

/** Reads a connection's bytes as a relay would, given to it in pieces of `pieceBytes`. */
export function readMessages(
  kind: 'request' | 'response',
  bytes: Buffer,
  { pieceBytes = Infinity, limits = defaultLimits }: { pieceBytes?: number; limits?: Limits } = {},
): Reading {
  const head = kind === 'request' ? new RequestHead(limits) : new ResponseHead(limits);
  const framing = new BodyFraming(limits);
  const messages: ReadMessage[] = [];
  let pending = Buffer.alloc(0);
  let inBody = false;
  let started: Omit<ReadMessage, 'complete' | 'body'> = { start: '', fields: [] };
  let body = '';
  let closed = false;
  const finish = (complete: boolean): void => {
    messages.push({ ...started, body, complete });
    body = '';
    inBody = false;
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pending = Buffer.concat([pending, bytes.subarray(at, Math.min(bytes.length, at + pieceBytes))]);
    while (pending.length > 0) {
      if (closed) return { messages, refused: 'after close' };
      if (inBody) {
        const used = framing.advance(pending, 0, pending.length, (start, end) => {
          body += pending.toString('latin1', start, end);
        });
        if (framing.fault !== undefined) return { messages, refused: framing.fault };
        pending = pending.subarray(used);
        if (!framing.done) break;
        finish(true);
      } else {
        const progress = head.parse(pending, pending.length);
        if (progress === 'fault') return { messages, refused: head.fault };
        if (progress === 'more') break;
        started = { start: startLineOf(head, pending), fields: fieldsOf(head, pending) };
        closed = head.close;
        framing.begin(...endOf(head));
        inBody = true;
        pending = pending.subarray(head.at);
        head.reset();
        if (framing.done) finish(true);
        else closed = false;
      }
    }
  }
  if (inBody) finish(false);
  return { messages, refused: undefined };
}

function endOf(head: RequestHead | ResponseHead): ['none' | 'length' | 'chunked' | 'close', number] {
  if (head instanceof ResponseHead) return [head.body, head.length];
  return [head.chunked ? 'chunked' : head.length > 0 ? 'length' : 'none', head.length];
}

function startLineOf(head: RequestHead | ResponseHead, bytes: Buffer): string {
  if (head instanceof ResponseHead) return `${head.status} ${head.reason(bytes)}`;
  return `${head.method(bytes)} ${head.isConnect ? '' : head.target(bytes)}`;
}

const fieldsOf = (head: Head, bytes: Buffer) => Array.from({ length: head.count }, (_, i) => head.line(bytes, i));

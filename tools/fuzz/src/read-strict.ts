import { BodyFraming, RequestHead } from '@edgeway/http1';
import type { Message, Reading } from './reading.ts';

/** Reads a connection as the wire engine does: heads and framing of `@edgeway/http1`, in pieces of `pieceBytes`. */
export function readStrict(bytes: Buffer, pieceBytes = Infinity): Reading {
  const head = new RequestHead();
  const framing = new BodyFraming();
  const messages: Message[] = [];
  let started: Omit<Message, 'body' | 'complete'> | undefined;
  let body = '';
  let pending = Buffer.alloc(0);
  let last = false;
  const end = (refused?: string, closed = false): Reading => {
    if (started !== undefined) messages.push({ ...started, body, complete: false });
    return { messages, refused, closed };
  };
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    pending = Buffer.concat([pending, bytes.subarray(at, Math.min(bytes.length, at + pieceBytes))]);
    while (pending.length > 0) {
      if (started === undefined) {
        const progress = head.parse(pending, pending.length);
        if (progress === 'fault') return end(head.fault);
        if (progress === 'more') break;
        started = messageOf(head, pending);
        // What follows a CONNECT is no HTTP to Node, whatever its fields say: both are compared up to there.
        last = head.close || head.isConnect;
        const bodiless = head.isConnect || (!head.chunked && head.length === 0);
        framing.begin(bodiless ? 'none' : head.chunked ? 'chunked' : 'length', head.length);
        pending = pending.subarray(head.at);
        head.reset();
      } else {
        const now = pending;
        const used = framing.advance(now, 0, now.length, (from, to) => (body += now.toString('latin1', from, to)));
        if (framing.fault !== undefined) return end(framing.fault);
        pending = pending.subarray(used);
        if (!framing.done) break;
      }
      if (!framing.done) continue;
      messages.push({ ...started, body, complete: true });
      started = undefined;
      body = '';
      if (last) return end(undefined, true);
    }
  }
  return end();
}

function messageOf(head: RequestHead, bytes: Buffer): Omit<Message, 'body' | 'complete'> {
  return {
    method: head.method(bytes),
    target: bytes.toString('latin1', head.methodEnd + 1, head.targetEnd),
    fields: Array.from({ length: head.count }, (_, i) => head.line(bytes, i)).flat(),
  };
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessages, type ReadMessage } from './testing/read-messages.ts';

const text = (characters: string, options: fc.ArrayConstraints) =>
  fc.array(fc.constantFrom(...Array.from(characters)), options).map((all) => all.join(''));
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const name = text(`${letters}!#$%&'*+-.^_\`|~`, { minLength: 1, maxLength: 20 }).filter(
  (name) => !/^(?:host|connection|expect|content-length|transfer-encoding|upgrade)$/i.test(name),
);
const visible = `${letters}!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~\u00e9`;
const value = fc
  .tuple(text(visible, { maxLength: 10 }), text(`${visible} \t`, { maxLength: 20 }), text(visible, { maxLength: 10 }))
  .map((parts) => parts.join('').trim());
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 });
const body = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const framing = fc.constantFrom('length' as const, 'chunked' as const);
const message = fc.record({ fields, body, framing, pieces: fc.integer({ min: 1, max: 64 }) });
const target = text(`${letters}-._~%!$&'()*+,;=:@/?`, { maxLength: 60 }).map((rest) => `/${rest}`);

type Message = typeof message extends fc.Arbitrary<infer T> ? T : never;

function written(startLine: string, { fields, body, framing, pieces }: Message): string {
  const lines = fields
    .map(([name, value], i) => `${name}:${' '.repeat(i % 3)}${value}${'\t'.repeat(i % 2)}\r\n`)
    .join('');
  if (framing === 'length') return `${startLine}\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
  let chunks = '';
  for (let at = 0; at < body.length; at += pieces) {
    const chunk = body.slice(at, at + pieces);
    chunks += `${chunk.length.toString(16)};a="b\\"c";d\r\n${chunk}\r\n`;
  }
  return `${startLine}\r\n${lines}transfer-encoding: CHUNKED\r\n\r\n${chunks}000\r\nX-Trailer: 1\r\n\r\n`;
}

const expected = (
  start: string,
  { fields, body, framing }: Message,
  before: ReadMessage['fields'] = [],
): ReadMessage => ({
  start,
  fields: [
    ...before,
    ...fields,
    framing === 'length' ? ['Content-Length', String(body.length)] : ['transfer-encoding', 'CHUNKED'],
  ],
  body,
  complete: true,
});

describe('what was written', () => {
  it('is read back, request after request on one connection, in pieces of any size', () => {
    const requests = fc.array(fc.tuple(fc.constantFrom('GET', 'POST', 'M-SEARCH'), target, message), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(requests, fc.integer({ min: 1, max: 200 }), (all, pieceBytes) => {
        const bytes = all.map(([method, target, m]) => written(`${method} ${target} HTTP/1.1\r\nHost: a`, m)).join('');
        const { messages, refused } = readMessages('request', Buffer.from(bytes, 'latin1'), { pieceBytes });
        expect(refused).toBeUndefined();
        expect(messages).toEqual(all.map(([method, target, m]) => expected(`${method} ${target}`, m, [['Host', 'a']])));
      }),
    );
  });

  it('is read back, response after response', () => {
    const statuses = fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(statuses, value, message), { minLength: 1 }),
        fc.integer({ min: 1, max: 200 }),
        (all, pieceBytes) => {
          const bytes = all.map(([status, reason, m]) => written(`HTTP/1.1 ${status} ${reason}`, m)).join('');
          const { messages, refused } = readMessages('response', Buffer.from(bytes, 'latin1'), { pieceBytes });
          expect(refused).toBeUndefined();
          expect(messages).toEqual(all.map(([status, reason, m]) => expected(`${status} ${reason}`, m)));
        },
      ),
    );
  });
});

describe('garbage', () => {
  const kinds = fc.constantFrom('request' as const, 'response' as const);

  it('is refused or waited for, never thrown at', () => {
    fc.assert(
      fc.property(
        kinds,
        fc.uint8Array({ maxLength: 2000 }),
        (kind, bytes) => void readMessages(kind, Buffer.from(bytes)),
      ),
    );
  });

  it('is judged the same however it is cut', () => {
    const broken = fc.tuple(target, message, fc.nat(), fc.nat(255)).map(([target, m, where, byte]) => {
      const bytes = Buffer.from(written(`POST ${target} HTTP/1.1\r\nHost: a`, m), 'latin1');
      bytes[where % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(broken, fc.integer({ min: 1, max: 20 }), (bytes, pieceBytes) => {
        expect(readMessages('request', bytes, { pieceBytes })).toEqual(readMessages('request', bytes));
      }),
    );
  });
});

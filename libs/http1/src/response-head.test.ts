import { describe, expect, it } from 'vitest';
import { BodyFraming } from './body.ts';
import type { Fault } from './fault.ts';
import { ResponseHead } from './response-head.ts';

function read(text: string, method = 'GET') {
  const bytes = Buffer.from(text, 'latin1');
  const head = new ResponseHead();
  head.expectFor(method);
  return { progress: head.parse(bytes, bytes.length), head, bytes };
}

describe('a response head', () => {
  it.each<[Fault, string]>([
    ['version-malformed', 'ICY 200 OK\r\n\r\n'],
    ['version-unsupported', 'HTTP/2.0 200 OK\r\n\r\n'],
    ['version-malformed', 'HTTP/1.1\t200 OK\r\n\r\n'],
    ['status-invalid', 'HTTP/1.1 20 OK\r\n\r\n'],
    ['status-invalid', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['status-invalid', 'HTTP/1.1 099 OK\r\n\r\n'],
    ['status-invalid', 'HTTP/1.1 600 OK\r\n\r\n'],
    ['reason-invalid', 'HTTP/1.1 200 O\0K\r\n\r\n'],
    ['line-end-invalid', 'HTTP/1.1 200 OK\n\n'],
    ['length-invalid', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['length-and-coding', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['coding-invalid', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['coding-unsupported', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'],
    ['coding-invalid', 'HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n'],
    ['head-too-large', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(17_000)}`],
  ])('is refused: %s %j', (fault, text) => {
    expect([read(text).progress, read(text).head.fault]).toEqual(['fault', fault]);
  });

  it.each([
    ['GET', '200 OK\r\nContent-Length: 3', 'length', 3],
    ['GET', '200 OK\r\nContent-Length: 0', 'none', 0],
    ['GET', '200 OK\r\nTransfer-Encoding: chunked', 'chunked', 0],
    ['GET', '200 OK', 'close', 0],
    ['HEAD', '200 OK\r\nContent-Length: 3', 'none', 0],
    ['HEAD', '200 OK\r\nTransfer-Encoding: chunked', 'none', 0],
    ['GET', '304 Not Modified\r\nContent-Length: 3', 'none', 0],
    ['GET', '204 No Content', 'none', 0],
    ['GET', '103 Early Hints\r\nLink: x', 'none', 0],
  ])('says how its body ends: %s %j', (method, rest, body, length) => {
    const { head } = read(`HTTP/1.1 ${rest}\r\n\r\n`, method);
    expect([head.body, head.length]).toEqual([body, length]);
  });

  it.each([
    ['HTTP/1.1 200 OK', 'OK'],
    ['HTTP/1.1 200 ', ''],
    ['HTTP/1.1 200', ''],
    ['HTTP/1.1 404 N\xf6 such thing', 'N\xf6 such thing'],
  ])('may have any reason or none: %j', (line, reason) => {
    const { head, bytes } = read(`${line}\r\n\r\n`);
    expect(head.reason(bytes)).toBe(reason);
  });
});

describe('the framing of chunks', () => {
  function follow(text: string, pieceBytes: number) {
    const framing = new BodyFraming();
    framing.begin('chunked');
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length && !framing.done && framing.fault === undefined; at += pieceBytes)
      framing.advance(bytes, at, Math.min(bytes.length, at + pieceBytes));
    return framing;
  }
  const both = (text: string) => [follow(text, 1), follow(text, text.length)];

  it.each<[Fault, string]>([
    ['chunk-size-invalid', '\r\n'],
    ['chunk-size-invalid', ' 1\r\n'],
    ['chunk-size-invalid', '1 \r\n'],
    ['chunk-size-invalid', '0x1\r\n'],
    ['chunk-size-invalid', '-1\r\n'],
    ['chunk-size-invalid', 'ffffffffffffffff\r\n'],
    ['chunk-size-invalid', '00000000000000001\r\n'],
    ['chunk-size-invalid', '1\n'],
    ['line-end-invalid', '1\rx'],
    ['chunk-end-invalid', '1\r\nab'],
    ['chunk-end-invalid', '1\r\na\n'],
    ['chunk-end-invalid', '1\r\na\rb'],
    ['chunk-extension-invalid', '1;\r\n'],
    ['chunk-extension-invalid', '1;a\n\r\n'],
    ['chunk-extension-invalid', '1;a="\n"\r\n'],
    ['chunk-extension-invalid', '1;a="b"c\r\n'],
    ['chunk-extension-too-long', `1;${'a'.repeat(300)}\r\n`],
    ['trailer-invalid', '0\r\nContent-Length: 1\r\n\r\n'],
    ['trailer-invalid', '0\r\ntransfer-ENCODING: x\r\n\r\n'],
    ['trailer-invalid', '0\r\nX : y\r\n\r\n'],
    ['trailer-invalid', '0\r\nX: y\0\r\n\r\n'],
    ['trailer-invalid', '0\r\n folded\r\n\r\n'],
    ['line-end-invalid', '0\r\n\rX'],
    ['trailers-too-large', `0\r\n${'a: b\r\n'.repeat(101)}\r\n`],
    ['trailers-too-large', `0\r\na: ${'b'.repeat(17_000)}\r\n\r\n`],
  ])('is strict: %s %j', (fault, text) => {
    expect(both(text).map((framing) => framing.fault)).toEqual([fault, fault]);
  });

  it('ends behind the trailers', () => {
    const text = '2;a=b;c="\\"";d\r\nab\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n';
    expect(both(text).map(({ done, fault }) => [done, fault])).toEqual([
      [true, undefined],
      [true, undefined],
    ]);
    expect(both(text.slice(0, -1)).map(({ done }) => done)).toEqual([false, false]);
  });
});

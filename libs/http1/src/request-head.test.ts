import { describe, expect, it } from 'vitest';
import { statusOf, type Fault } from './fault.ts';
import { dropTable, hopByHopFields } from './hop-by-hop.ts';
import { idOf } from './known-fields.ts';
import { RequestHead } from './request-head.ts';

function read(text: string) {
  const bytes = Buffer.from(text, 'latin1');
  const head = new RequestHead();
  const progress = head.parse(bytes, bytes.length);
  return { head, bytes, progress };
}
const get = (fields: string, line = 'GET / HTTP/1.1') => read(`${line}\r\n${fields}\r\n`);
const post = (fields: string) => get(`Host: a\r\n${fields}`, 'POST / HTTP/1.1');

describe('a request head', () => {
  it.each<[Fault, number, string]>([
    ['method-invalid', 400, ' / HTTP/1.1\r\n\r\n'],
    ['method-invalid', 400, 'G(T / HTTP/1.1\r\n\r\n'],
    ['method-invalid', 400, '\x16\x03\x01\x02\x00'],
    ['method-too-long', 501, `${'A'.repeat(40)} / HTTP/1.1\r\n\r\n`],
    ['target-invalid', 400, 'GET  / HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET /\tx HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET /\xe9 HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET x HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET ftp://a/ HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET http:///x HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET http://u@a/ HTTP/1.1\r\n\r\n'],
    ['target-invalid', 400, 'GET * HTTP/1.1\r\n\r\n'],
    ['start-line-too-long', 414, `GET /${'x'.repeat(9000)}`],
    ['version-malformed', 400, 'GET / http/1.1\r\n\r\n'],
    ['version-malformed', 400, 'GET / HTTP/1,1\r\n\r\n'],
    ['version-unsupported', 505, 'GET / HTTP/2.0\r\n\r\n'],
    ['version-unsupported', 505, 'GET / HTTP/1.2\r\n\r\n'],
    ['line-end-invalid', 400, 'GET / HTTP/1.1\n'],
    ['line-end-invalid', 400, 'GET / HTTP/1.1 \r\n'],
    ['line-end-invalid', 400, 'GET / HTTP/1.1\r\nHost: a\n'],
    ['line-end-invalid', 400, 'GET / HTTP/1.1\r\nHost: a\rb\r\n'],
    ['field-name-invalid', 400, 'GET / HTTP/1.1\r\nHost : a\r\n'],
    ['field-name-invalid', 400, 'GET / HTTP/1.1\r\n: a\r\n'],
    ['field-name-invalid', 400, 'GET / HTTP/1.1\r\n Host: a\r\n'],
    ['field-folded', 400, 'GET / HTTP/1.1\r\nHost: a\r\n b\r\n'],
    ['field-value-invalid', 400, 'GET / HTTP/1.1\r\nHost: a\0b\r\n'],
    ['head-too-large', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17_000)}`],
    ['too-many-fields', 431, `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(101)}`],
    ['host-invalid', 400, 'GET / HTTP/1.1\r\n\r\n'],
    ['host-invalid', 400, 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'],
    ['host-invalid', 400, 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['host-invalid', 400, 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'],
    ['expectation-unknown', 417, 'GET / HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n'],
  ])('is refused: %s (%i) %j', (fault, status, text) => {
    const { head, progress } = read(text);
    expect([progress, head.fault, statusOf(fault)]).toEqual(['fault', fault, status]);
  });

  it.each<[Fault, string]>([
    ['length-and-coding', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n'],
    ['length-invalid', 'Content-Length: 1\r\nContent-Length: 1\r\n'],
    ['length-invalid', 'Content-Length: 1, 1\r\n'],
    ['length-invalid', 'Content-Length: +1\r\n'],
    ['length-invalid', 'Content-Length: 0x1\r\n'],
    ['length-invalid', 'Content-Length: 1 1\r\n'],
    ['length-invalid', 'Content-Length:\r\n'],
    ['length-invalid', 'Content-Length: 99999999999999999999\r\n'],
    ['coding-invalid', 'Transfer-Encoding: chunked, identity\r\n'],
    ['coding-invalid', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n'],
    ['coding-invalid', 'Transfer-Encoding: xchunked\r\n'],
    ['coding-invalid', 'Transfer-Encoding:\r\n'],
    ['coding-invalid', 'Transfer-Encoding: chunked,\r\n'],
    ['coding-invalid', 'Transfer-Encoding: chunked\t\r\n'],
    ['coding-unsupported', 'Transfer-Encoding: gzip, chunked\r\n'],
  ])('whose framing can be read in two ways is refused: %s %j', (fault, fields) => {
    expect(post(fields).head.fault).toBe(fault);
  });

  it('has no chunks before HTTP/1.1', () => {
    expect(get('Transfer-Encoding: chunked\r\n', 'POST / HTTP/1.0').head.fault).toBe('coding-invalid');
  });

  it('tells method, target and path as they came', () => {
    const { head, bytes, progress } = get('Host: a\r\n', 'PURGE /a//b/%2e%2e/;c?d=e?f HTTP/1.1');
    expect(progress).toBe('done');
    expect([head.method(bytes), head.target(bytes), head.path(bytes)]).toEqual([
      'PURGE',
      '/a//b/%2e%2e/;c?d=e?f',
      '/a//b/%2e%2e/;c',
    ]);
    expect([head.isMethod(bytes, 'PURGE'), head.isMethod(bytes, 'PURG'), head.isMethod(bytes, 'purge')]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it.each([
    ['http://b:81/c?d', 'b:81', '/c?d', '/c'],
    ['HTTPS://b', 'b', '/', '/'],
    ['http://b?d', 'b', '/?d', '/'],
    ['http://[::1]:8/', '[::1]:8', '/', '/'],
  ])('splits a URL, whose authority overrides Host: %s', (url, authority, target, path) => {
    const { head, bytes } = get('Host: a\r\n', `GET ${url} HTTP/1.1`);
    expect([head.authority(bytes), head.target(bytes), head.path(bytes)]).toEqual([authority, target, path]);
  });

  it.each([
    ['GET / HTTP/1.1', '', false],
    ['GET / HTTP/1.1', 'Connection: x,  CLOSE\r\n', true],
    ['GET / HTTP/1.0', '', true],
    ['GET / HTTP/1.0', 'Connection: Keep-Alive\r\n', false],
    ['GET / HTTP/1.0', 'Connection: keep-alive\u00a0\r\n', true],
    ['GET / HTTP/1.0', 'Connection: keep-alive\r\nConnection: close\r\n', true],
  ])('says whether its connection ends: %s %j', (line, fields, close) => {
    expect(get(`Host: a\r\n${fields}`, line).head.close).toBe(close);
  });

  it('loses the fields of its connection and those that Connection names, and keeps the rest byte for byte in order', () => {
    const { head, bytes } = get(
      'Host: a\r\nX-One:  1 \r\nConnection: close, x-two\r\nX-TWO: 2\r\nTE: trailers\r\nx-one: 3\r\nKeep-Alive: 1\r\n',
    );
    expect(head.kept(bytes, dropTable(...hopByHopFields))).toBe('Host: a\r\nX-One:  1 \r\nx-one: 3\r\n');
  });

  it('keeps where it goes and ends, even when Connection names that', () => {
    const { head, bytes } = post('Connection: host, content-length\r\nContent-Length: 0\r\n');
    expect(head.kept(bytes, dropTable('connection'))).toBe('Host: a\r\nContent-Length: 0\r\n');
  });

  it('loses what others may claim about the client when told to', () => {
    const { head, bytes } = get('Host: a\r\nX-Forwarded-Prefix: /x\r\nX-Forwarded: y\r\n');
    head.dropClaims = true;
    expect(head.kept(bytes, dropTable())).toBe('Host: a\r\nX-Forwarded: y\r\n');
  });

  it('joins the lines of a list', () => {
    const { head, bytes } = get('Host: a\r\nVia: 1.0 x\r\nVia: 1.1 y\r\n');
    expect(head.list(bytes, idOf('via'))).toBe('1.0 x, 1.1 y');
    expect(head.valueNamed(bytes, 'host')).toBe('a');
  });

  it('expects to go on only where a body follows', () => {
    expect(post('Expect: 100-Continue\r\nContent-Length: 1\r\n').head.expectsContinue).toBe(true);
    expect(post('Expect: 100-continue\r\n').head.expectsContinue).toBe(false);
  });

  it('asks for another protocol only when Connection and Upgrade both do', () => {
    expect(get('Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n').head.upgrade).toBe(true);
    expect(get('Host: a\r\nUpgrade: websocket\r\n').head.upgrade).toBe(false);
  });

  it('forgives empty lines before it, but not endless ones', () => {
    expect(read('\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n').progress).toBe('done');
    expect(read('\r\n'.repeat(9000)).head.fault).toBe('head-too-large');
  });
});

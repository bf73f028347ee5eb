import { describe, expect, it } from 'vitest';
import { h2Request } from './h2-request.ts';

const base = [':method', 'GET', ':scheme', 'https', ':authority', 'shop.example.org', ':path', '/a?b'];
const post = [':method', 'POST', ...base.slice(2)];

describe('a request of HTTP/2', () => {
  it.each([
    ['nothing follows', [], true, 'none', ''],
    ['it has a length', ['content-length', '3'], false, 'length', 'content-length: 3\r\n'],
    ['it has none', [], false, 'chunked', 'transfer-encoding: chunked\r\n'],
    ['it says that it is empty', ['content-length', '0'], true, 'none', 'content-length: 0\r\n'],
  ])('frames its body when %s', (_when, fields, ended, body, line) => {
    const head = `POST /a?b HTTP/1.1\r\nhost: shop.example.org\r\n${line}connection: close\r\n\r\n`;
    expect(h2Request([...post, ...fields], ended)).toEqual({ kind: 'request', method: 'POST', head, body });
  });

  it('keeps fields in their order, joins cookies, and leaves out those of a connection', () => {
    const fields = ['b', '1', 'cookie', 'x=1', 'te', 'trailers', 'a', '2', 'b', '3', 'cookie', 'y=2', 'upgrade', 'h2c'];
    expect(h2Request([...base, ...fields], true)).toMatchObject({
      head: 'GET /a?b HTTP/1.1\r\nhost: shop.example.org\r\nb: 1\r\na: 2\r\nb: 3\r\ncookie: x=1; y=2\r\nconnection: close\r\n\r\n',
    });
  });

  it('names the host by either field, or by both when they agree', () => {
    const hostOf = (fields: string[]) =>
      /host: (.*)\r\n/.exec(
        (h2Request([':method', 'GET', ':path', '/', ...fields], true) as { head: string }).head,
      )?.[1];
    expect(hostOf([':authority', 'a.b'])).toBe('a.b');
    expect(hostOf(['host', 'a.b'])).toBe('a.b');
    expect(hostOf([':authority', 'a.b', 'host', 'A.B'])).toBe('a.b');
    expect(hostOf([])).toBeUndefined();
  });

  it('may ask about the server as a whole', () => {
    const head = expect.stringMatching(/^OPTIONS \* HTTP\/1\.1\r\n/) as string;
    expect(h2Request([':method', 'OPTIONS', ':path', '*', ':authority', 'a'], true)).toMatchObject({ head });
  });

  it('for a tunnel is told apart', () => {
    expect(h2Request([':method', 'CONNECT', ':authority', 'a:443'], false)).toEqual({ kind: 'connect' });
    const websocket = [':method', 'CONNECT', ':protocol', 'websocket', ':path', '/', ':authority', 'a'];
    expect(h2Request(websocket, false)).toEqual({ kind: 'connect' });
  });

  it.each([
    [[...base, 'x-a', 'b\r\nc: d']],
    [[...base, 'x-a', 'b\nc: d']],
    [[...base, 'x-a', 'b\rc: d']],
    [[...base, 'x-a', 'b\0c']],
    [[...base, 'cookie', 'a\r\nb: c']],
    [[...base, 'x-a: b\r\nc', 'd']],
    [[...base, 'x a', 'b']],
    [[...base, 'X-A', 'b']],
    [[...base, '', 'b']],
    [[...base, ':path', '/other']],
    [[...base, 'host', 'other.example.org']],
    [[...base, 'host', 'shop.example.org', 'host', 'shop.example.org']],
    [[...base, 'content-length', '1', 'content-length', '1']],
    [[...base, 'content-length', '+1']],
    [[...base, 'content-length', '1']],
    [[':method', 'GET /', ':path', '/', ':authority', 'a']],
    [[':method', '', ':path', '/', ':authority', 'a']],
    [[':method', 'GET', ':path', '/ HTTP/1.1', ':authority', 'a']],
    [[':method', 'GET', ':path', 'a', ':authority', 'a']],
    [[':method', 'GET', ':path', '*', ':authority', 'a']],
    [[':method', 'GET', ':path', '/\x7f', ':authority', 'a']],
    [[':method', 'GET', ':path', '/', ':authority', 'a\r\nx: y']],
    [[':method', 'GET', ':authority', 'a']],
  ])('is malformed as %j', (fields) => {
    expect(h2Request(fields, true)).toEqual({ kind: 'malformed' });
  });
});

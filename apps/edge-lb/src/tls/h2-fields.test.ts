import { constants } from 'node:http2';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { frameClient, get } from './testing/frame-client.ts';
import { rawFront } from './testing/raw-front.ts';
import { hasOpenssl } from './testing/test-certificates.ts';
import { testFront } from './testing/test-front.ts';

const { NGHTTP2_PROTOCOL_ERROR } = constants;

describe.skipIf(!hasOpenssl)('no field becomes two, nor a line of its own (needs the openssl command)', () => {
  const dropped: [string, [string, string][]][] = [
    ['a line in a value', [...get, ['x-a', 'b\r\nx-injected: 1']]],
    ['a line feed in a value', [...get, ['x-a', 'b\nx-injected: 1']]],
    ['a NUL in a value', [...get, ['x-a', 'b\0x-injected']]],
    ['a line in a name', [...get, ['x-a: b\r\nx-injected', '1']]],
    ['a colon in a name', [...get, ['x-injected:', '1']]],
    ['a space in a name', [...get, ['x-injected ', '1']]],
    ['an empty name', [...get, ['', 'x-injected']]],
  ];
  const refused: [string, [string, string][]][] = [
    ['a capital in a name', [...get, ['X-Injected', '1']]],
    ['a line in the path', [...get, [':path', '/ HTTP/1.1\r\nx-injected: 1']]],
    ['a space in the path', [...get, [':path', '/ x-injected']]],
    ['another host in the path', [...get, [':path', 'http://x-injected/']]],
    ['an empty path', [...get, [':path', '']]],
    ['* for GET', [...get, [':path', '*']]],
    ['a line in the method', [...get, [':method', 'GET / HTTP/1.1\r\nx-injected: 1\r\n\r\nGET']]],
    ['a line in the authority', [...get, [':authority', 'a\r\nx-injected: 1']]],
    ['a host that is not the authority', [...get, ['host', 'x-injected']]],
    ['chunks', [...get, ['transfer-encoding', 'chunked']]],
    ['a connection', [...get, ['connection', 'x-injected']]],
    ['two lengths', [...get, ['content-length', '0'], ['content-length', '1']]],
    ['a length of what does not come', [...get, ['content-length', '1']]],
    ['a pseudo field behind others', [...get, ['x-a', 'b'], [':path', '/x-injected']]],
    ['a pseudo field that is none', [...get, [':x-injected', '1']]],
    ['no method', get.filter(([name]) => name !== ':method')],
  ];
  const clean = 'GET / HTTP/1.1\r\nhost: shop.example.org\r\nconnection: close\r\n\r\n';

  it.each(refused)('a request with %s is refused, and no other', async (_what, fields) => {
    const { port, heads } = await rawFront((connection) => connection.end('HTTP/1.1 204 x\r\n\r\n'));
    const client = await frameClient(port);
    client.headers(1, fields);
    client.headers(3, get);
    await client.until(({ type, stream }) => type === 'HEADERS' && stream === 3);
    expect(heads).toEqual([clean]);
    expect(client.frames).toContainEqual({ type: 'RST_STREAM', stream: 1, code: NGHTTP2_PROTOCOL_ERROR });
  });

  // Such a field nghttp2 takes out by itself, before anybody sees it. If it did not, h2-request.test.ts has what happens then.
  it.each(dropped)('a request with %s comes without', async (_what, fields) => {
    const { port, heads } = await rawFront((connection) => connection.end('HTTP/1.1 204 x\r\n\r\n'));
    const client = await frameClient(port);
    client.headers(1, fields);
    await client.until(({ type }) => type === 'HEADERS');
    expect(heads).toEqual([clean]);
  });

  it('a body that is not as long as it says is not passed on as one', async () => {
    const bodies: string[] = [];
    const { port } = await testFront({
      answer: (request, response) =>
        void text(request).then(
          (body) => bodies.push(body) && response.end(),
          () => undefined,
        ),
    });
    for (const body of ['short', 'much too long']) {
      const client = await frameClient(port);
      client.headers(1, [...get, [':method', 'POST'], ['content-length', '8']], { ended: false });
      client.data(1, body, { ended: true });
      await client.until(({ type }) => type === 'RST_STREAM' || type === 'GOAWAY');
    }
    expect(bodies).toEqual([]);
  });
});

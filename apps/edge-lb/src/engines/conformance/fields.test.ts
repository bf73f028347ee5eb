import { describe, expect, it } from 'vitest';
import { httpUpstream, rawUpstream } from '../../testing/fake-upstream.ts';
import { exchange, rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

  const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
  const echo = () => httpUpstream((_request, response) => void response.end('ok'));

  /** What arrives at the endpoint of a request with these field lines. */
  async function relayed(fields: readonly string[], config: object = {}) {
    const upstream = await echo();
    const edge = await testEdge({ endpoints: [upstream.address], config });
    await exchange(
      edge.port,
      ['GET / HTTP/1.1', 'Host: shop.example', ...fields, 'Connection: close', '', ''].join('\r\n'),
    );
    return upstream.seen[0]!.headers;
  }

  describe('fields of a relayed request', () => {
    it('lack what belongs to the client’s connection and what Connection names', async () => {
      const headers = await relayed([
        'Connection: X-Secret, keep-alive',
        'X-Secret: 1',
        'Keep-Alive: timeout=9',
        'Proxy-Authorization: Basic eA==',
        'Proxy-Connection: close',
        'TE: trailers',
        'Trailer: X-Sum',
        'Upgrade: h2c',
        'X-Kept: 1',
      ]);
      expect(headers).toMatchObject({ 'x-kept': '1', via: '1.1 edgeway' });
      expect(headers.connection ?? 'keep-alive').toBe('keep-alive');
      const gone = ['x-secret', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade'];
      expect(Object.keys(headers).filter((name) => gone.includes(name))).toEqual([]);
    });

    it('say who asked, whatever the client claims', async () => {
      const headers = await relayed([
        'X-Forwarded-For: 6.6.6.6',
        'X-Forwarded-Host: evil.example',
        'X-Forwarded-Proto: https',
        'X-Forwarded-Port: 1',
        'X-Forwarded-Prefix: /x',
        'X-Real-IP: 6.6.6.6',
        'Forwarded: for=6.6.6.6',
        'X-Request-Id: chosen-by-client',
      ]);
      expect(headers).toMatchObject({
        host: 'shop.example',
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-host': 'shop.example',
        'x-forwarded-proto': 'http',
      });
      expect(headers['x-request-id']).toMatch(uuid);
      expect(headers.forwarded).toBe('for=127.0.0.1;host=shop.example;proto=http');
      const gone = ['x-forwarded-port', 'x-forwarded-prefix', 'x-real-ip'];
      expect(Object.keys(headers).filter((name) => gone.includes(name))).toEqual([]);
    });

    it('believe a proxy in front when the file says so, and add to what it says', async () => {
      const trusted = { trustedHops: 1 };
      const fields = [
        'X-Forwarded-For: 9.9.9.9',
        'X-Forwarded-Host: shop.example',
        'X-Forwarded-Proto: https',
        'X-Request-Id: from-the-edge-1',
        'Via: 1.1 front',
      ];
      expect(await relayed(fields, trusted)).toMatchObject({
        'x-forwarded-for': '9.9.9.9, 127.0.0.1',
        'x-forwarded-host': 'shop.example',
        'x-forwarded-proto': 'https',
        'x-request-id': 'from-the-edge-1',
        via: '1.1 front, 1.1 edgeway',
      });
      expect((await relayed(['X-Request-Id: bad id!'], trusted))['x-request-id']).toMatch(uuid);
    });

    it('may lack a Host in HTTP/1.0, whose client gets an answer that ends with the connection', async () => {
      const upstream = await httpUpstream((_request, response) => {
        response.write('in ');
        response.end('chunks');
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const answer = await exchange(edge.port, 'GET / HTTP/1.0\r\n\r\n');
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      expect(answer).not.toMatch(/transfer-encoding/i);
      expect(answer.endsWith('\r\n\r\nin chunks')).toBe(true);
      expect(upstream.seen[0]!.headers['x-forwarded-host']).toBeUndefined();
    });
  });

  describe('target of a relayed request', () => {
    it.each(['//a//b?c=//d', '/a%2Fb/../c?x=1?y', '/?http://e/'])('is %s byte for byte', async (target) => {
      const upstream = await rawUpstream((_received, socket) => void socket.write('HTTP/1.1 204 x\r\n\r\n'));
      const edge = await testEdge({ endpoints: [upstream.address] });
      await exchange(
        edge.port,
        `GET ${target} HTTP/1.1\r\nHost: a\r\nX-Edgeway-Raw-Path: /evil\r\nConnection: close\r\n\r\n`,
      );
      expect(upstream.connections[0]!.received).toMatch(/^GET .* HTTP\/1\.1\r\n/);
      expect(upstream.connections[0]!.received.split(' ')[1]).toBe(target);
      expect(upstream.connections[0]!.received).not.toMatch(/raw-path: (?!\/evil)/i);
    });

    it('in absolute form gives way to its path, and its authority overrides Host', async () => {
      const upstream = await echo();
      const edge = await testEdge({ endpoints: [upstream.address] });
      await exchange(
        edge.port,
        'GET http://real.example/p?q HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n',
      );
      expect(upstream.seen[0]).toMatchObject({ url: '/p?q', headers: { host: 'real.example' } });
    });
  });

  describe('fields of a relayed answer', () => {
    it('lack what belongs to the endpoint’s connection, and keep every cookie', async () => {
      const upstream = await httpUpstream((_request, response) => {
        response.writeHead(200, {
          connection: 'x-secret, keep-alive',
          'x-secret': '1',
          'keep-alive': 'timeout=77',
          'proxy-authenticate': 'Basic',
          'x-served-by': 'order-svc-2',
          'set-cookie': ['a=1', 'b=2'],
        });
        response.end('ok');
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const { headers } = await fetch(edge.url);
      const gone = ['x-secret', 'proxy-authenticate'];
      expect([...headers.keys()].filter((name) => gone.includes(name))).toEqual([]);
      expect(headers.get('keep-alive') ?? '').not.toContain('77');
      expect(headers.get('via')).toBe('1.1 edgeway');
      expect(headers.get('x-served-by')).toBe('order-svc-2');
      expect(headers.get('x-request-id')).toMatch(uuid);
      expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    });

    it.each(['close', 'Keep-Alive, Close'])('close the connection for a client that says %s', async (connection) => {
      const upstream = await echo();
      const edge = await testEdge({ endpoints: [upstream.address] });
      const answer = await exchange(edge.port, `GET / HTTP/1.1\r\nHost: a\r\nConnection: ${connection}\r\n\r\n`);
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    });

    it('keep the connection of the client when the endpoint closes its own', async () => {
      const upstream = await httpUpstream((_request, response) =>
        response.writeHead(200, { connection: 'close', 'content-length': 2 }).end('ok'),
      );
      const edge = await testEdge({ endpoints: [upstream.address] });
      const request = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
      const client = await rawClient(edge.port, request);
      await client.until('\r\n\r\nok');
      client.send(request);
      expect(await client.until('\r\n\r\nok', 2)).not.toMatch(/connection: close/i);
    });

    it('come before the body does, so that an event stream opens at once', async () => {
      const upstream = await httpUpstream((request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        request.socket.once('close', () => response.destroy());
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      const client = await rawClient(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(await client.until('\r\n\r\n')).toMatch(/content-type: text\/event-stream/);
      client.socket.destroy();
    });
  });
});

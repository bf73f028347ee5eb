import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream, rawUpstream } from '../testing/fake-upstream.ts';
import { rawClient } from '../testing/raw-client.ts';
import { testEdge } from '../testing/test-edge.ts';
import { ask, h2Client } from '../tls/testing/test-front.ts';
import { hasOpenssl, testCertificates } from '../tls/testing/test-certificates.ts';

const poolOf = (address: string, more: object = {}) => ({
  pools: { main: { endpoints: { static: [{ address }] }, health: { tcp: true, intervalSeconds: 3600 }, ...more } },
});

describe('a tcp listener', () => {
  it('relays connections to its pool, with a PROXY header when the pool wants one', async () => {
    const upstream = await rawUpstream((received, socket) => received.endsWith('ping') && void socket.write('pong'));
    const listeners = { l4: { address: 8080, protocol: 'tcp', pool: 'main' } };
    const edge = await testEdge({ config: { listeners, ...poolOf(upstream.address, { proxyProtocol: 'v1' }) } });
    const client = await rawClient(edge.port, 'ping');
    await client.until('pong');
    expect(upstream.connections[0]!.received).toMatch(/^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\nping$/);
  });
});

describe('a udp listener', () => {
  it('relays datagrams to its pool, and the answers back', async () => {
    const echo = createSocket('udp4');
    echo.on('message', (datagram, { port, address }) => echo.send(`re: ${String(datagram)}`, port, address));
    echo.bind(0, '127.0.0.1');
    await once(echo, 'listening');
    const listeners = { games: { address: 8080, protocol: 'udp', pool: 'main', idleSeconds: 1 } };
    const edge = await testEdge({ config: { listeners, ...poolOf(`127.0.0.1:${echo.address().port}`) } });
    const client = createSocket('udp4');
    onTestFinished(() => {
      echo.close();
      client.close();
    });
    client.send('move', edge.port, '127.0.0.1');
    const [answer] = (await once(client, 'message')) as [Buffer];
    expect(String(answer)).toBe('re: move');
  });
});

describe.skipIf(!hasOpenssl)('an https listener', () => {
  async function secure() {
    const certificates = testCertificates();
    const certificate = certificates.make('edge', { names: ['localhost'] });
    const upstream = await httpUpstream(
      (request, response) =>
        void request.pipe(response.setHeader('x-proto', String(request.headers['x-forwarded-proto']))),
    );
    const listeners = {
      safe: {
        address: 8080,
        protocol: 'https',
        tls: { certificates: [certificate] },
        routes: [{ path: '/', pool: 'main' }],
      },
    };
    const edge = await testEdge({ config: { listeners, ...poolOf(upstream.address) } });
    return { upstream, edge };
  }

  it('speaks HTTP/1.1', async () => {
    const { edge } = await secure();
    const asked = request({
      port: edge.port,
      host: '127.0.0.1',
      method: 'POST',
      rejectUnauthorized: false,
      agent: false,
    });
    asked.end('body');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([answer.headers['x-proto'], await text(answer)]).toEqual(['https', 'body']);
  });

  it('speaks HTTP/2 to clients and HTTP/1.1 to endpoints', async () => {
    const { edge, upstream } = await secure();
    const session = await h2Client(edge.port);
    const reply = await ask(session, { ':path': '/x?y', ':method': 'POST', 'content-length': '4' }, 'body');
    expect([reply.status, String(reply.body)]).toEqual([200, 'body']);
    expect([upstream.seen[0]!.httpVersion, upstream.seen[0]!.url]).toEqual(['1.1', '/x?y']);
    session.close();
  });
});

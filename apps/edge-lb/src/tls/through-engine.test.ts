import { once } from 'node:events';
import { buffer, text } from 'node:stream/consumers';
import { staticDiscovery } from '@edgeway/discovery';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EdgeConfig } from '../config/schema.ts';
import { ClientConnection } from '../engines/wire/client-connection.ts';
import { WireContext } from '../engines/wire/wire-context.ts';
import { poolEvents } from '../pools/pool-events.ts';
import { upstreamPool } from '../pools/upstream-pool.ts';
import { httpUpstream, rawUpstream, type FakeUpstream } from '../testing/fake-upstream.ts';
import { hasOpenssl } from './testing/test-certificates.ts';
import { ask, h2Client, recordingLog, testFront } from './testing/test-front.ts';

const mebibyte = 1024 * 1024;

/** An HTTP/2 client of the wire engine. */
async function engine(upstream: FakeUpstream) {
  const config = EdgeConfig.parse({
    listeners: { public: { address: 8080, routes: [{ path: '/', pool: 'main' }] } },
    pools: { main: { endpoints: { static: [{ address: upstream.address }] }, health: { intervalSeconds: 3600 } } },
  });
  const { log } = recordingLog();
  const events = poolEvents();
  const pool = upstreamPool('main', config.pools['main']!, { discovery: staticDiscovery({}), log, events });
  await upstream.probed;
  await expect.poll(() => pool.ready).toBe(true);
  const context = new WireContext({
    name: 'public',
    address: { host: '127.0.0.1', port: 0 },
    protocol: 'https',
    reusePort: false,
    tls: undefined,
    proxyProtocolFrom: undefined,
    route: () => ({ kind: 'relay', pool }),
    ready: () => true,
    trustedHops: 0,
    limits: config.listeners['public']!.limits,
    instance: 'edge-lb-1',
    log,
  });
  const { port } = await testFront({
    onConnection: (socket, peer) => context.come(new ClientConnection(context, socket, peer, 'https'), peer),
  });
  onTestFinished(() => {
    context.close();
    pool.close();
  });
  return { context, session: await h2Client(port) };
}

describe.skipIf(!hasOpenssl)('through the engine (needs the openssl command)', () => {
  it('requests come with what a proxy says of them, and answers go back whole', async () => {
    const upstream = await httpUpstream((request, response) => void buffer(request).then((body) => response.end(body)));
    const { context, session } = await engine(upstream);
    const bodies = Array.from({ length: 40 }, (_, i) => Buffer.alloc(i * 10_000, `${i}`));
    const replies = await Promise.all(bodies.map((body) => ask(session, { ':method': 'PUT', ':path': '/' }, body)));
    expect(replies.every(({ code, body }, i) => code === 0 && body.equals(bodies[i]!))).toBe(true);
    expect(upstream.seen[0]!.headers).toMatchObject({
      host: 'shop.example.org',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '192.0.2.7',
    });
    await context.empty();
  });

  it('a large answer reaches a client that is slow, though the engine has long been done', async () => {
    const size = 4 * mebibyte;
    const upstream = await httpUpstream((_request, response) => void response.end(Buffer.alloc(size, 'x')));
    const { context, session } = await engine(upstream);
    const stream = session.request({ ':path': '/', ':authority': 'shop.example.org' });
    let got = 0;
    let paused = false;
    for await (const chunk of stream) {
      got += (chunk as Buffer).length;
      if (paused || got < size - 160 * 1024) continue;
      // Longer than the engine lingers on a connection that it has ended.
      paused = true;
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    expect(got).toBe(size);
    expect(stream.rstCode).toBe(0);
    await context.empty();
  });

  it('an upload is answered early, and its rest is not waited for', async () => {
    const upstream = await rawUpstream((received, socket) => {
      if (received.includes('\r\n\r\n'))
        socket.end('HTTP/1.1 413 x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig');
    });
    const { context, session } = await engine(upstream);
    const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'shop.example.org' });
    stream.on('error', () => undefined);
    stream.write(Buffer.alloc(mebibyte));
    const [fields] = (await once(stream, 'response')) as [{ ':status': number }];
    expect([fields[':status'], await text(stream)]).toEqual([413, 'big']);
    await context.empty();
  });

  it('an answer that its endpoint cuts is cut, and one that cannot begin is a problem', async () => {
    const upstream = await rawUpstream((_received, socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', () => socket.destroy());
    });
    const { context, session } = await engine(upstream);
    expect(await ask(session, { ':path': '/' })).toMatchObject({ code: 2 });
    await upstream.stop();
    const reply = await ask(session, { ':path': '/' });
    expect(reply.fields['content-type']).toBe('application/problem+json');
    expect(reply.status).toBeGreaterThanOrEqual(502);
    await context.empty();
  });

  it('a request that its client takes back is taken back from the endpoint', async () => {
    const upstream = await httpUpstream(() => undefined);
    const { context, session } = await engine(upstream);
    const arrival = upstream.arrival();
    const stream = session.request({ ':path': '/', ':authority': 'shop.example.org' });
    stream.on('error', () => undefined);
    const request = await arrival;
    stream.close(8);
    if (!request.socket.destroyed) await once(request.socket, 'close');
    await context.empty();
    expect(request.complete).toBe(true);
  });

  it('a head that is too large is a problem, not a broken session', async () => {
    const { session } = await engine(await httpUpstream((_request, response) => void response.end('ok')));
    const many = Object.fromEntries(Array.from({ length: 105 }, (_, i) => [`x-${i}`, 'x']));
    expect((await ask(session, { ':path': '/', ...many })).status).toBe(431);
    const huge = await ask(session, { ':path': '/', 'x-huge': 'x'.repeat(20_000) });
    expect([431, undefined]).toContain(huge.status);
    expect((await ask(session, { ':path': '/' })).status).toBe(200);
  });
});

import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectTls, createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseProxyHeader } from './proxy-protocol.ts';
import { tcpRelay, type TcpRelayOptions } from './tcp-relay.ts';
import { realClientHello } from './testing/client-hello.ts';
import { goneAddress, knock, mute, tcpClient, tcpEndpoint, type TcpEndpoint } from './testing/tcp-ends.ts';
import {
  expectBalanced,
  silent,
  testUpstream,
  type TestUpstream,
  type TestUpstreamOptions,
} from './testing/test-upstream.ts';

async function relaying(options: Partial<TcpRelayOptions> & Pick<TcpRelayOptions, 'route'>) {
  const relay = await tcpRelay({ address: { host: '127.0.0.1', port: 0 }, log: silent, drainSeconds: 0, ...options });
  onTestFinished(() => relay.drain());
  return { relay, port: relay.address.port };
}

/** A client, and the endpoint it has come to through a relay. */
async function connected(options: Partial<TcpRelayOptions> = {}, upstreamOptions: TestUpstreamOptions = {}) {
  const endpoint = await tcpEndpoint();
  const pool = testUpstream([endpoint.address], upstreamOptions);
  const { relay, port } = await relaying({ route: { pool }, ...options });
  const client = await tcpClient(port);
  return { client, upstream: await endpoint.connection(), endpoint, pool, relay, port };
}

async function expectAllOver(pool: TestUpstream, relay: { readonly sessions: number }): Promise<void> {
  await expectBalanced(pool);
  await expect.poll(() => relay.sessions, { interval: 5 }).toBe(0);
}

describe('a connection', () => {
  it.each(['client', 'upstream'] as const)('goes on one way after the %s has sent FIN', async (first) => {
    const { client, upstream, pool, relay } = await connected();
    const [early, late] = first === 'client' ? [client, upstream] : [upstream, client];
    early.socket.end('question');
    expect(await late.ended).toBe('question');
    late.socket.write('ans');
    await early.until('ans');
    expect(pool.released).toBe(0);
    late.socket.end('wer');
    expect(await early.ended).toBe('answer');
    expect(await Promise.all([client.closed, upstream.closed])).toEqual(['in order', 'in order']);
    await expectAllOver(pool, relay);
  });

  it('that is over before it is relayed still brings its bytes, both ways', async () => {
    const endpoint = await tcpEndpoint(({ socket }) => socket.end('hello'));
    const pool = testUpstream([endpoint.address]);
    const { port, relay } = await relaying({ route: { pool } });
    const client = await tcpClient(port);
    client.socket.end('question');
    expect(await client.ended).toBe('hello');
    expect(await (await endpoint.connection()).ended).toBe('question');
    await expectAllOver(pool, relay);
  });

  it.each(['client', 'upstream'] as const)('that the %s resets is reset at the other end', async (first) => {
    const { client, upstream, pool, relay } = await connected();
    const [cut, told] = first === 'client' ? [client, upstream] : [upstream, client];
    cut.socket.write('x');
    await told.until('x');
    cut.socket.resetAndDestroy();
    expect(await told.closed).toBe('ECONNRESET');
    await expectAllOver(pool, relay);
  });

  it('that is reset after one FIN is not taken for ended', async () => {
    const { client, upstream, pool, relay } = await connected();
    client.socket.end('question');
    await upstream.ended;
    upstream.socket.write('half an ans');
    await client.until('half an ans');
    upstream.socket.resetAndDestroy();
    expect(await client.closed).toBe('ECONNRESET');
    await expectAllOver(pool, relay);
  });

  it('is reset at both ends when neither has sent anything for the idle time', async () => {
    const { client, upstream, pool, relay } = await connected({}, { idleSeconds: 0.15 });
    for (let i = 0; i < 4; i++) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      (i % 2 === 0 ? client : upstream).socket.write(`${i}`);
    }
    expect([client.received, upstream.received, relay.sessions]).toEqual(['1', '02', 1]);
    expect(await Promise.all([client.closed, upstream.closed])).toEqual(['ECONNRESET', 'ECONNRESET']);
    expect(client.received).toBe('13');
    await expectAllOver(pool, relay);
  });

  it.each(['client', 'upstream'] as const)(
    'lets the %s write no more than the other end reads, and loses nothing',
    async (writer) => {
      const { client, upstream } = await connected();
      const [from, to] = writer === 'client' ? [client.socket, upstream.socket] : [upstream.socket, client.socket];
      const [chunk, chunks] = [Buffer.alloc(1024 * 1024, 'x'), 64];
      to.pause();
      let [taken, got] = [0, 0];
      to.on('data', (text: string) => (got += text.length)).pause();
      const write = (): void => void from.write(chunk, () => (++taken < chunks ? write() : from.end()));
      write();
      for (let before = -1; before !== taken;) {
        before = taken;
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      expect(taken).toBeLessThan(chunks / 2); // what the kernel keeps for two connections
      to.resume();
      await once(to, 'end');
      expect(got).toBe(chunk.length * chunks);
    },
  );

  it('whose last bytes nobody reads does not hold its lease beyond the idle time', async () => {
    const { client, upstream, pool, relay } = await connected({}, { idleSeconds: 0.2 });
    upstream.socket.pause();
    upstream.socket.end('bye');
    client.socket.end(Buffer.alloc(32 * 1024 * 1024));
    await client.ended;
    await expectAllOver(pool, relay);
  });
});

describe('an endpoint that cannot be reached', () => {
  it.each([
    ['refuses', goneAddress],
    ['does not answer in time', mute],
  ])('because it %s is reported, and the client comes to another, with all it sent', async (_how, address) => {
    const [gone, endpoint] = [await address(), await tcpEndpoint(({ socket }) => socket.write('hello'))];
    const pool = testUpstream([gone, endpoint.address], {
      connectSeconds: 0.1,
      believes: false,
      proxyProtocol: 'v1',
    });
    const { port, relay } = await relaying({ route: { pool } });
    const client = await tcpClient(port);
    client.socket.end('question');
    await client.until('hello');
    const upstream = await endpoint.connection();
    expect(await upstream.ended).toMatch(/^PROXY TCP4 127\.0\.0\.1 [^\r]*\r\nquestion$/);
    expect([pool.refusals, pool.acquired, pool.released]).toEqual([[gone], 2, 1]);
    upstream.socket.end();
    await expectAllOver(pool, relay);
  });

  it('is one of as many as the pool allows to be tried; then the client is reset', async () => {
    const gone = await Promise.all([goneAddress(), goneAddress(), goneAddress()]);
    const pool = testUpstream(gone, { attempts: 2, believes: false });
    const { port, relay } = await relaying({ route: { pool } });
    expect(await knock(port)).toBe('ECONNRESET');
    expect(pool.refusals).toHaveLength(2);
    await expectAllOver(pool, relay);
  });

  it('is not tried twice for one client', async () => {
    const pool = testUpstream([await goneAddress()], { attempts: 5, believes: false });
    const { port } = await relaying({ route: { pool } });
    expect(await knock(port)).toBe('ECONNRESET');
    expect(pool.refusals).toHaveLength(1);
  });

  it('is let go when the client goes', async () => {
    const endpoint = await tcpEndpoint();
    const pool = testUpstream([await mute(), endpoint.address], { connectSeconds: 60 });
    // Its server name is read first: only then is a client that waits being read, and seen to go.
    const { port, relay } = await relaying({ route: { sni: { '*': pool } } });
    const client = await tcpClient(port);
    client.socket.write(await realClientHello({}));
    await expect.poll(() => pool.acquired, { interval: 5 }).toBe(1);
    client.socket.resetAndDestroy();
    await expectAllOver(pool, relay);
    expect([pool.refusals, endpoint.ends]).toEqual([[], []]);
  });
});

it('resets a client at once when there is no endpoint', async () => {
  const pool = testUpstream([]);
  const { port, relay } = await relaying({ route: { pool } });
  expect(await knock(port)).toBe('ECONNRESET');
  await expectAllOver(pool, relay);
});

it('resets connections beyond its bound, until one has ended', async () => {
  const { port, pool, relay, client, upstream } = await connected({ maxSessions: 1 });
  expect(await knock(port)).toBe('ECONNRESET');
  expect([pool.acquired, relay.sessions]).toEqual([1, 1]);
  client.socket.end();
  upstream.socket.end();
  await expectAllOver(pool, relay);
  await tcpClient(port);
  await expect.poll(() => pool.acquired, { interval: 5 }).toBe(2);
});

it('picks by the address of the client', async () => {
  const { pool } = await connected();
  expect(pool.affinityKeys).toEqual(['127.0.0.1']);
});

describe('the PROXY protocol', () => {
  const everybody = (): boolean => true;
  const header = 'PROXY TCP4 203.0.113.9 198.51.100.7 4711 443\r\n';
  const named = { source: { host: '203.0.113.9', port: 4711 }, destination: { host: '198.51.100.7', port: 443 } };

  it.each(['v1', 'v2'] as const)('version %s is put in front of the first bytes, once', async (proxyProtocol) => {
    const { client, upstream, port } = await connected({}, { proxyProtocol });
    const { localPort } = client.socket;
    client.socket.write('first');
    await upstream.until('first');
    client.socket.write('second');
    await upstream.until('second');
    const parsed = parseProxyHeader(Buffer.from(upstream.received, 'latin1'));
    expect(parsed).toMatchObject({
      source: { host: '127.0.0.1', port: localPort },
      destination: { host: '127.0.0.1', port },
    });
    expect(upstream.received.slice((parsed as { length: number }).length)).toBe('firstsecond');
  });

  it('goes out before a client has sent anything, for protocols in which the server speaks first', async () => {
    const { upstream } = await connected({}, { proxyProtocol: 'v1' });
    await upstream.until('\r\n');
    expect(upstream.received).toMatch(/^PROXY TCP4 [^\r]*\r\n$/);
  });

  it('is taken from trusted peers, byte by byte, and tells whom to pick for and what to pass on', async () => {
    const endpoint = await tcpEndpoint();
    const pool = testUpstream([endpoint.address], { proxyProtocol: 'v2' });
    const { port } = await relaying({ route: { pool }, proxyProtocolFrom: everybody });
    const client = await tcpClient(port);
    for (const byte of `${header}rest`) {
      client.socket.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const upstream = await endpoint.connection();
    await upstream.until('rest');
    expect(parseProxyHeader(Buffer.from(upstream.received, 'latin1'))).toMatchObject(named);
    expect(pool.affinityKeys).toEqual(['203.0.113.9']);
  });

  it('is just bytes when it comes from anybody else', async () => {
    const { client, upstream, pool } = await connected({ proxyProtocolFrom: () => false });
    client.socket.write(header);
    await upstream.until(header);
    expect(pool.affinityKeys).toEqual(['127.0.0.1']);
  });

  it.each([
    ['is missing', 'GET / HTTP/1.1\r\n\r\n'],
    ['does not come in time', 'PROXY '],
  ])('resets a trusted peer from whom it %s', async (_how, bytes) => {
    const endpoint = await tcpEndpoint();
    const pool = testUpstream([endpoint.address]);
    const { port, relay } = await relaying({ route: { pool }, proxyProtocolFrom: everybody, prefaceSeconds: 0.1 });
    const client = await tcpClient(port);
    client.socket.write(bytes);
    expect(await client.closed).toBe('ECONNRESET');
    expect(pool.acquired).toBe(0);
    await expectAllOver(pool, relay);
  });
});

describe('TLS by server name', () => {
  /** Endpoints by pattern, each a pool of its own. */
  async function routed(...patterns: string[]) {
    const endpoints: Record<string, TcpEndpoint> = {};
    const sni: Record<string, TestUpstream> = {};
    for (const pattern of patterns) {
      endpoints[pattern] = await tcpEndpoint();
      sni[pattern] = testUpstream([endpoints[pattern].address]);
    }
    return { endpoints, sni, ...(await relaying({ route: { sni }, prefaceSeconds: 0.15 })) };
  }

  it.each([
    ['shop.example.org', 'shop.example.org'],
    ['other.example.org', '*.example.org'],
    ['example.com', '*'],
    [undefined, '*'],
  ])('brings a hello for %s untouched to %s', async (servername, pattern) => {
    const { endpoints, port } = await routed('shop.example.org', '*.example.org', '*');
    const hello = await realClientHello(servername === undefined ? {} : { servername });
    const client = await tcpClient(port);
    const middle = hello.length >> 1;
    client.socket.write(hello.subarray(0, middle));
    await new Promise((resolve) => setTimeout(resolve, 10));
    client.socket.write(Buffer.concat([hello.subarray(middle), Buffer.from('early data')]));
    const upstream = await endpoints[pattern]!.connection();
    await upstream.until('early data');
    expect(upstream.received).toBe(`${hello.toString('latin1')}early data`);
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['names a server nobody routed', () => realClientHello({ servername: 'example.com' })],
    ['names no server', () => realClientHello({})],
    ['does not speak TLS', async () => Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['says nothing in time', async () => Buffer.of(22)],
  ])('resets a client that %s', async (_what, bytes) => {
    const { sni, port, relay } = await routed('shop.example.org');
    const client = await tcpClient(port);
    client.socket.write(await bytes());
    expect(await client.closed).toBe('ECONNRESET');
    await expectAllOver(sni['shop.example.org']!, relay);
  });

  it('resets a client that ends before it has said whom it wants', async () => {
    const { port } = await routed('*');
    const client = await tcpClient(port);
    client.socket.end(Buffer.of(22));
    expect(await client.closed).toBe('ECONNRESET');
  });

  const certificate = selfSigned();
  it.skipIf(certificate === undefined)('lets client and endpoint shake hands through it', async () => {
    const endpoint = await tcpEndpoint(({ socket }) => {
      const secureContext = createSecureContext({ key: certificate!, cert: certificate! });
      socket.removeAllListeners('data');
      const server = new TLSSocket(socket, { isServer: true, secureContext });
      server.on('data', (bytes: Buffer) => server.end(`${bytes.toString()} answered`));
    });
    const pool = testUpstream([endpoint.address]);
    const { port, relay } = await relaying({ route: { sni: { 'shop.example.org': pool } } });
    const client = connectTls({ port, host: '127.0.0.1', servername: 'shop.example.org', ca: certificate! });
    client.end('question');
    let answer = '';
    for await (const bytes of client) answer += String(bytes);
    expect([answer, client.authorized]).toEqual(['question answered', true]);
    await expectAllOver(pool, relay);
  });
});

describe('drain', () => {
  it('takes no more connections and waits for those there are', async () => {
    const { client, upstream, relay, port } = await connected({ drainSeconds: 30 });
    let drained = false;
    const drain = relay.drain().then(() => (drained = true));
    expect(await knock(port)).toBe('ECONNREFUSED');
    client.socket.write('still here');
    await upstream.until('still here');
    expect(drained).toBe(false);
    client.socket.end();
    upstream.socket.end();
    await drain;
  });

  it('cuts at the deadline what does not end', async () => {
    const { client, upstream, relay, pool } = await connected({ drainSeconds: 0.1 });
    await relay.drain();
    expect(await Promise.all([client.closed, upstream.closed])).toEqual(['ECONNRESET', 'ECONNRESET']);
    await expectAllOver(pool, relay);
  });

  it('settles at once when there are none, however often it is asked for', async () => {
    const { relay } = await relaying({ route: { pool: testUpstream([]) } });
    expect(await Promise.all([relay.drain(), relay.drain()])).toEqual([undefined, undefined]);
  });
});

/** Key and certificate in one PEM, where openssl is at hand to make them. */
function selfSigned(): string | undefined {
  const how = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=shop.example.org';
  const names = ['-addext', 'subjectAltName=DNS:shop.example.org', '-keyout', '-', '-out', '-'];
  const { status, stdout } = spawnSync('openssl', [...how.split(' '), ...names], { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

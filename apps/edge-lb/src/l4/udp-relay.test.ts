import { createSocket, type RemoteInfo } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectBalanced, silent, testUpstream, type TestUpstreamOptions } from './testing/test-upstream.ts';
import { udpRelay, type UdpRelayOptions } from './udp-relay.ts';

/** A socket that keeps what came, until the test ends. */
async function socket() {
  const socket = createSocket('udp4');
  const received: string[] = [];
  const senders: RemoteInfo[] = [];
  socket.on('message', (bytes, from) => {
    received.push(bytes.toString());
    senders.push(from);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  let open = true;
  const stop = async (): Promise<void> => {
    if (open) socket.close();
    open = false;
  };
  onTestFinished(stop);
  return {
    socket,
    received,
    senders,
    port,
    address: `127.0.0.1:${port}`,
    stop,
    send: (text: string, to: number) => socket.send(text, to, '127.0.0.1'),
    async until(count: number) {
      while (received.length < count) await once(socket, 'message');
    },
  };
}

/** Answers each datagram with its name. */
async function endpoint(name: string) {
  const made = await socket();
  made.socket.on('message', (bytes, { port, address }) =>
    made.socket.send(`${name}:${bytes.toString()}`, port, address),
  );
  return made;
}

async function relaying(
  endpoints: readonly { readonly address: string }[],
  options: Partial<UdpRelayOptions> = {},
  upstreamOptions: TestUpstreamOptions = {},
) {
  const pool = testUpstream(
    endpoints.map(({ address }) => address),
    upstreamOptions,
  );
  const address = { host: '127.0.0.1', port: 0 };
  const relay = await udpRelay({ address, pool, log: silent, drainSeconds: 0, ...options });
  onTestFinished(() => relay.drain());
  return { relay, pool, port: relay.address.port };
}
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('a session', () => {
  it('keeps all datagrams of a client on one endpoint, and each client hears only what is for it', async () => {
    const { port, relay, pool } = await relaying([await endpoint('a'), await endpoint('b')]);
    const clients = [await socket(), await socket(), await socket(), await socket()];
    for (let i = 0; i < 5; i++) for (const client of clients) client.send(`${client.port}-${i}`, port);
    for (const client of clients) await client.until(5);
    for (const [i, client] of clients.entries()) {
      const name = client.received[0]![0];
      const expected = Array.from({ length: 5 }, (_, n) => `${name}:${client.port}-${n}`);
      expect(client.received.toSorted()).toEqual(expected);
      expect(name).toBe(i % 2 === 0 ? 'a' : 'b');
    }
    expect([relay.sessions, relay.dropped, pool.acquired]).toEqual([4, 0, 4]);
    expect(new Set(pool.affinityKeys)).toEqual(new Set(['127.0.0.1']));
  });

  it('is answered from the address the client has sent to', async () => {
    const { port } = await relaying([await endpoint('a')]);
    const client = await socket();
    client.send('x', port);
    await client.until(1);
    expect(client.senders[0]).toMatchObject({ address: '127.0.0.1', port });
  });

  it('brings datagrams through as they are: empty ones, and large ones whole', async () => {
    const upstream = await socket();
    const { port } = await relaying([upstream]);
    const client = await socket();
    const large = 'x'.repeat(60_000);
    client.send('', port);
    client.send(large, port);
    await upstream.until(2);
    expect(upstream.received).toEqual(['', large]);
  });

  it('ends when neither side has sent for the idle time, and the client is balanced anew', async () => {
    const { port, relay, pool } = await relaying([await endpoint('a'), await endpoint('b')], { idleSeconds: 0.1 });
    const client = await socket();
    for (let i = 1; i <= 3; i++) {
      client.send('x', port);
      await client.until(i);
      await pause(50);
    }
    expect(relay.sessions).toBe(1);
    await expect.poll(() => relay.sessions, { interval: 5 }).toBe(0);
    await expectBalanced(pool);
    client.send('x', port);
    await client.until(4);
    expect(client.received).toEqual(['a:x', 'a:x', 'a:x', 'b:x']);
  });

  it('is kept by answers alone', async () => {
    const upstream = await socket();
    const { port, relay } = await relaying([upstream], { idleSeconds: 0.1 });
    const client = await socket();
    client.send('subscribe', port);
    await upstream.until(1);
    for (let i = 0; i < 4; i++) {
      await pause(50);
      upstream.send(`event ${i}`, upstream.senders[0]!.port);
    }
    await client.until(4);
    expect(relay.sessions).toBe(1);
  });

  it('whose endpoint is gone is closed and reported, and the next datagram goes elsewhere', async () => {
    const [gone, well] = [await socket(), await endpoint('b')];
    const { port, relay, pool } = await relaying([gone, well]);
    await gone.stop();
    const client = await socket();
    client.send('1', port);
    await expect.poll(() => pool.refusals, { interval: 5 }).toEqual([gone.address]);
    expect([relay.sessions, pool.released]).toEqual([0, 1]);
    client.send('2', port);
    await client.until(1);
    expect(client.received).toEqual(['b:2']);
  });

  it('hears nobody but its endpoint', async () => {
    const upstream = await socket();
    const { port } = await relaying([upstream]);
    const [client, stranger] = [await socket(), await socket()];
    client.send('x', port);
    await upstream.until(1);
    stranger.send('forged', upstream.senders[0]!.port);
    upstream.send('true', upstream.senders[0]!.port);
    await client.until(1);
    expect(client.received).toEqual(['true']);
  });

  it('whose endpoint has a name that cannot be resolved ends, and the relay goes on', async () => {
    const { port, relay, pool } = await relaying([{ address: 'no.such.host.invalid:1' }, await endpoint('b')]);
    const [first, second] = [await socket(), await socket()];
    first.send('x', port);
    await expectBalanced(pool);
    second.send('x', port);
    await second.until(1);
    expect(relay.sessions).toBeLessThanOrEqual(2);
  });
});

describe('what has no place', () => {
  it('is dropped and counted: sessions beyond the bound, until one ends', async () => {
    const { port, relay } = await relaying([await endpoint('a')], { maxSessions: 1, idleSeconds: 0.1 });
    const [first, second] = [await socket(), await socket()];
    first.send('x', port);
    await first.until(1);
    second.send('y', port);
    await expect.poll(() => relay.dropped, { interval: 5 }).toBe(1);
    await expect.poll(() => relay.sessions, { interval: 5 }).toBe(0);
    second.send('z', port);
    await second.until(1);
    expect(second.received).toEqual(['a:z']);
  });

  it('is dropped and counted: all, when there is no endpoint', async () => {
    const { port, relay, pool } = await relaying([]);
    const client = await socket();
    client.send('x', port);
    await expect.poll(() => relay.dropped, { interval: 5 }).toBe(1);
    expect([relay.sessions, pool.acquired]).toEqual([0, 0]);
  });
});

describe('drain', () => {
  it('goes on with the sessions there are, begins no others, and settles with the last', async () => {
    const { port, relay, pool } = await relaying([await endpoint('a')], { idleSeconds: 0.15, drainSeconds: 30 });
    const [old, late] = [await socket(), await socket()];
    old.send('1', port);
    await old.until(1);
    const drain = relay.drain();
    late.send('x', port);
    old.send('2', port);
    await old.until(2);
    await drain;
    expect([relay.sessions, relay.dropped, late.received]).toEqual([0, 1, []]);
    await expectBalanced(pool);
  });

  it('cuts at the deadline what is not idle', async () => {
    const { port, relay, pool } = await relaying([await endpoint('a')], { drainSeconds: 0.05 });
    const client = await socket();
    client.send('1', port);
    await client.until(1);
    await relay.drain();
    expect(relay.sessions).toBe(0);
    await expectBalanced(pool);
  });

  it('settles at once when there are none, however often it is asked for', async () => {
    const { relay } = await relaying([]);
    expect(await Promise.all([relay.drain(), relay.drain()])).toEqual([undefined, undefined]);
  });
});

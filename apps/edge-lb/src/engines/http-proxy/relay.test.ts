import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPool, roundRobin } from '@edgeway/balancing';
import { createLogger } from '@edgeway/telemetry';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Queue } from '../../pools/queue.ts';
import type { UpstreamPool } from '../../pools/upstream-pool.ts';
import { rawUpstream } from '../../testing/fake-upstream.ts';
import { rawClient } from '../../testing/raw-client.ts';
import { createRelay } from './relay.ts';

const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', destination: { write: () => undefined } });

/** A relay in front of one endpoint, whose load a test can see; `settled` once nothing is leased any more. */
async function relayTo(address: string, timeouts: Partial<UpstreamPool['timeouts']> = {}) {
  const pool = createPool({ strategy: roundRobin() });
  pool.setMembers([{ address }]);
  let leased = 0;
  let released = Promise.withResolvers<void>();
  const upstreamPool: UpstreamPool = {
    name: 'main',
    attempts: 2,
    retryStatuses: [],
    timeouts: { connectSeconds: 1, headersSeconds: 1, idleSeconds: 1, tunnelSeconds: 1, ...timeouts },
    budget: { deposit: () => undefined, withdraw: () => true },
    queue: new Queue({ length: 0, waitMs: 0 }),
    sticky: undefined,
    proxyProtocol: undefined,
    affinity: undefined,
    ready: true,
    acquire(exclude) {
      const lease = pool.acquire({}, exclude);
      if (lease === undefined) return undefined;
      leased += 1;
      const release = (): void => {
        lease.release();
        released.resolve();
        released = Promise.withResolvers();
      };
      return { endpoint: lease.endpoint, release };
    },
    acquireAt: () => undefined,
    isFull: () => false,
    refused: () => undefined,
    observed: () => undefined,
  };
  const relay = createRelay(log);
  const server = createServer((request, response) => {
    relay.web(request, response, upstreamPool, ({ status }) => {
      response.writeHead(status, { connection: 'close' }).end();
    });
  });
  server.on('clientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    relay.close();
  });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    leased: () => leased,
    async settled() {
      while (pool.endpoints[0]!.inFlight > 0) await released.promise;
      expect(pool.endpoints[0]!.inFlight).toBe(0);
    },
  };
}

const request = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('a lease', () => {
  it.each([
    ['an answer', whole, 'close'],
    ['an answer that is cut', whole.slice(0, -1), 'reset'],
    ['an endpoint that dies', '', 'reset'],
    ['an endpoint that is silent', '', 'wait'],
    ['bytes that are not HTTP', 'hello\r\n', 'wait'],
    ['a protocol switch', 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', 'wait'],
    ['an answer that stalls', whole.slice(0, -1), 'wait'],
  ])('ends with %s', async (_name, bytes, then) => {
    const upstream = await rawUpstream((_received, socket) => {
      if (bytes === '' && then === 'reset') return void socket.resetAndDestroy();
      socket.write(bytes, () => then === 'reset' && socket.resetAndDestroy());
    });
    const { port, settled, leased } = await relayTo(upstream.address, { headersSeconds: 0.05, idleSeconds: 0.1 });
    await (await rawClient(port, request)).closed();
    await settled();
    expect(leased()).toBeGreaterThan(0);
  });

  it.each(['before an answer', 'in the midst of one'])('ends when the client leaves %s', async (when) => {
    const taken = Promise.withResolvers<void>();
    const upstream = await rawUpstream((_received, socket) => {
      if (when !== 'before an answer') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbegun');
      taken.resolve();
    });
    const { port, settled } = await relayTo(upstream.address, { headersSeconds: 60, idleSeconds: 60 });
    const client = await rawClient(port, request);
    await (when === 'before an answer' ? taken.promise : client.until('begun'));
    client.socket.destroy();
    await settled();
    expect(upstream.connections).toHaveLength(1);
  });

  it('ends when http-proxy cannot even make the request', async () => {
    const { settled, leased, port } = await relayTo('127.0.0.1:70000');
    await (await rawClient(port, request)).closed();
    await settled();
    expect(leased()).toBeGreaterThan(0);
  });
});

describe('whatever an endpoint sends', () => {
  it('the client gets an end, the lease ends, and nothing is thrown', { timeout: 60_000 }, async () => {
    let bytes = '';
    const upstream = await rawUpstream((_received, socket) => void socket.end(bytes, 'latin1'));
    const { port, settled } = await relayTo(upstream.address, { headersSeconds: 0.2, idleSeconds: 0.2 });
    const line = fc.constantFrom(
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 \x01',
      'HTTP/1.1 204 x',
      'HTTP/1.1 304 x',
      'HTTP/1.1 100 x',
      'HTTP/1.1 103 x',
      'HTTP/1.1 101 x',
      'HTTP/1.1 007 x',
      'HTTP/1.1 999 \xff',
      'HTTP/1.0 200',
      'HTTP/2 200',
    );
    const field = fc.constantFrom(
      'Content-Length: 2',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Connection: close, content-length',
      'Connection: upgrade',
      'Upgrade: x',
      'Keep-Alive: timeout=x',
      'Trailer: a',
      'Set-Cookie: a=1',
      'X: \x80\xff',
      'X: \x01',
      'X Y: 1',
      ': 1',
    );
    const body = fc.constantFrom('', 'ok', '2\r\nok\r\n0\r\n\r\n', '2\r\nok\r\n0\r\nA: 1\r\n\r\n', 'zz', whole);
    const answer = fc
      .tuple(line, fc.array(field, { maxLength: 4 }), body)
      .map(([first, fields, rest]) => `${[first, ...fields].join('\r\n')}\r\n\r\n${rest}`);
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 2 }), async (answers) => {
        bytes = answers.join('');
        await (await rawClient(port, request)).closed();
        await settled();
      }),
      { numRuns: 150 },
    );
  });
});

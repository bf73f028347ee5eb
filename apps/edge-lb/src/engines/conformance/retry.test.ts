import { describe, expect, it } from 'vitest';
import { httpUpstream, rawUpstream, type FakeUpstream } from '../../testing/fake-upstream.ts';
import { problemIn, rawClient } from '../../testing/raw-client.ts';
import { engineNames, testEdgeWith } from '../../testing/test-edge.ts';

describe.each(engineNames)('%s', (engine) => {
  const testEdge = testEdgeWith(engine);

  const reader = () =>
    httpUpstream((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => response.end(`got ${body.length}`));
    });
  /** Takes a request in and dies on it. */
  const dying = () => rawUpstream((_received, socket) => socket.resetAndDestroy());

  /** A balancer that believes well of an endpoint that has just gone, and would pick it first. */
  async function edgeWithGone(others: readonly FakeUpstream[] = []) {
    const gone = await reader();
    const edge = await testEdge({ endpoints: [gone, ...others].map(({ address }) => address) });
    await gone.probed;
    await gone.stop();
    return { gone, edge };
  }

  describe('a request that reached nobody', () => {
    it.each([
      ['GET', undefined],
      ['POST', undefined],
      ['POST', 'x'.repeat(64 * 1024)],
      ['DELETE', 'x'],
    ])('is sent elsewhere: %s', async (method, body) => {
      const upstream = await reader();
      const { edge, gone } = await edgeWithGone([upstream]);
      const response = await fetch(edge.url, { method, ...(body === undefined ? {} : { body }) });
      expect([response.status, await response.text()]).toEqual([200, `got ${body?.length ?? 0}`]);
      await edge.logged('retrying elsewhere', { endpoint: gone.address });
    });

    it.each([
      ['too large to keep', 'x'.repeat(64 * 1024 + 1)],
      // One that came with its head is still there.
      ...(engine === 'wire' ? [] : [['of unknown length', new Blob(['x']).stream()] as const]),
    ] as [string, string | ReadableStream][])('is not sent elsewhere when its body is %s', async (_name, body) => {
      const upstream = await reader();
      const { edge } = await edgeWithGone([upstream]);
      const response = await fetch(edge.url, { method: 'POST', body, duplex: 'half' });
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ code: 'EDGE_UPSTREAM_FAILED' });
      expect(upstream.seen).toEqual([]);
    });

    it('is answered with 502 when nobody else is there, and those after it with 503 and Retry-After', async () => {
      const { edge } = await edgeWithGone();
      const [first, second] = [await fetch(edge.url), await fetch(edge.url)];
      expect(await first.json()).toMatchObject({ status: 502, code: 'EDGE_UPSTREAM_FAILED' });
      expect(second.headers.get('retry-after')).toBe('1');
      expect(await second.json()).toMatchObject({ status: 503, code: 'EDGE_NO_HEALTHY_ENDPOINT' });
    });

    it('takes its endpoint out of the pool at once, which is told once', async () => {
      const { edge, gone } = await edgeWithGone([await reader()]);
      for (let i = 0; i < 6; i++) expect((await fetch(edge.url)).status).toBe(200);
      await edge.logged('health changed', { endpoint: gone.address, status: 'unhealthy' });
      const told = (message: string) => edge.log.filter(({ msg }) => msg === message).length;
      expect([told('health changed'), told('retrying elsewhere')]).toEqual([1, 1]);
    });
  });

  describe('a request whose endpoint died on it', () => {
    it.each(['GET', 'HEAD', 'OPTIONS'])('is sent elsewhere when it is safe: %s', async (method) => {
      const upstream = await reader();
      const edge = await testEdge({ endpoints: [(await dying()).address, upstream.address] });
      for (let i = 0; i < 4; i++) expect((await fetch(edge.url, { method })).status).toBe(200);
    });

    it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('is not sent twice when it is not: %s', async (method) => {
      const upstream = await reader();
      const died = await dying();
      const edge = await testEdge({ endpoints: [died.address, upstream.address] });
      const init = { method, body: 'x' };
      const response = await fetch(edge.url, init);
      expect(response.status).toBe(502);
      expect(await response.json()).toMatchObject({ code: 'EDGE_UPSTREAM_FAILED' });
      expect([died.connections.length, upstream.seen.length]).toEqual([1, 0]);
    });

    it('is sent as often as the file says, in all', async () => {
      const all = await Promise.all([dying(), dying(), dying(), dying()]);
      const endpoints = all.map(({ address }) => address);
      const edge = await testEdge({ endpoints, pool: { retry: { attempts: 3 } } });
      expect((await fetch(edge.url)).status).toBe(502);
      expect(all.flatMap(({ connections }) => connections)).toHaveLength(3);
    });

    it('is sent elsewhere too when only an old connection had died', async () => {
      const other = await reader();
      const upstream = await rawUpstream((received, socket) => {
        if (received.split('\r\n\r\n').length > 2) return void socket.resetAndDestroy();
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
      const endpoints = {
        static: [{ address: upstream.address, weight: 100 }, { address: other.address }],
      };
      const edge = await testEdge({ pool: { endpoints } });
      const bodies = [await (await fetch(edge.url)).text(), await (await fetch(edge.url)).text()];
      expect(bodies).toEqual(['ok', 'got 0']);
      expect(upstream.connections).toHaveLength(1);
    });

    it('is sent to the same one again when only an old connection had died and there is no other', async () => {
      let served = 0;
      const upstream = await rawUpstream((received, socket) => {
        const requests = received.split('\r\n\r\n').length - 1;
        // Its second request finds each connection closing.
        if (requests > 1) return void socket.resetAndDestroy();
        served += 1;
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      });
      const edge = await testEdge({ endpoints: [upstream.address] });
      for (let i = 0; i < 3; i++) expect((await fetch(edge.url)).status).toBe(200);
      expect(served).toBe(3);
      expect(edge.log.filter(({ msg }) => msg === 'health changed')).toEqual([]);
    });
  });

  describe('a retry', () => {
    it('does not begin once the client has gone', async () => {
      const second = await reader();
      const taken = Promise.withResolvers<() => void>();
      const first = await rawUpstream((_received, socket) => taken.resolve(() => socket.resetAndDestroy()));
      const edge = await testEdge({ endpoints: [first.address, second.address] });
      const client = await rawClient(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
      const die = await taken.promise;
      client.socket.resetAndDestroy();
      await client.closed();
      die();
      expect((await fetch(`${edge.url}/livez`)).status).toBe(200);
      expect(second.seen).toEqual([]);
    });
  });

  describe('a refused upload', () => {
    it('is answered although the client has much left to send', async () => {
      const { edge } = await edgeWithGone();
      const size = 4 * 1024 * 1024;
      const client = await rawClient(edge.port, `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
      await client.until('EDGE_UPSTREAM_FAILED');
      client.send('x'.repeat(size));
      const answer = await client.closed();
      expect(client.socket.errored).toBeNull();
      expect(answer).toMatch(/\r\nconnection: close\r\n/i);
      expect(problemIn(answer)).toMatchObject({ status: 502, code: 'EDGE_UPSTREAM_FAILED' });
    });
  });
});

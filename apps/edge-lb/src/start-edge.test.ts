import type { Address, Discovery } from '@edgeway/discovery';
import { describe, expect, it } from 'vitest';
import { httpUpstream } from './testing/fake-upstream.ts';
import { rawClient } from './testing/raw-client.ts';
import { testEdge } from './testing/test-edge.ts';

const named = (name: string) => httpUpstream((_request, response) => void response.end(name));
const bodyOf = async (url: string): Promise<string> => (await fetch(url)).text();

/** A discovery whose answer a test changes. */
function changing() {
  const told = new Map<string, (addresses: readonly Address[]) => void>();
  const discovery: Discovery = {
    watch: ({ service }, onChange) => {
      told.set(service, onChange);
      return { close: () => void told.delete(service) };
    },
    locate: ({ service, port }) => ({ host: service, port }),
  };
  const members = (service: string, ...ports: number[]) =>
    told.get(service)!(ports.map((port) => ({ host: '127.0.0.1', port })));
  return { discovery, members };
}
const byService = { endpoints: { service: 'api-gateway', port: 3000 } };

describe('the balancer itself', () => {
  it('is alive whatever its endpoints are, and ready while one of them can answer', async () => {
    const upstream = await named('a');
    upstream.healthy = false;
    const edge = await testEdge({ endpoints: [upstream.address] });
    await edge.logged('health changed', { status: 'unhealthy' });
    const [live, ready] = [await fetch(`${edge.url}/livez`), await fetch(`${edge.url}/readyz`)];
    expect([live.status, await live.json()]).toEqual([200, { status: 'ok' }]);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'unavailable' }]);
    expect(live.headers.get('x-served-by')).toBe('edge-lb-1');
  });

  it('answers what it does not route itself', async () => {
    const upstream = await named('a');
    const listeners = { public: { address: 8080, routes: [{ path: '/api', pool: 'main' }] } };
    const edge = await testEdge({ endpoints: [upstream.address], config: { listeners } });
    expect(await bodyOf(`${edge.url}/api/x`)).toBe('a');
    const response = await fetch(`${edge.url}/apiary?x=1`, { method: 'POST', body: 'x' });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('x-served-by')).toBe('edge-lb-1');
    const problem = (await response.json()) as { requestId: string };
    expect(problem).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND', instance: '/apiary' });
    expect(response.headers.get('x-request-id')).toBe(problem.requestId);
  });

  it('picks a pool by path', async () => {
    const [users, orders] = [await named('users'), await named('orders')];
    const pool = ({ address }: { address: string }) => ({ endpoints: { static: [{ address }] } });
    const routes = [
      { path: '/users', pool: 'users' },
      { path: '/orders', pool: 'orders' },
    ];
    const config = {
      listeners: { inner: { address: 8080, routes } },
      pools: { users: pool(users), orders: pool(orders) },
    };
    const edge = await testEdge({ config });
    expect(await bodyOf(`${edge.url}/users/me`)).toBe('users');
    expect(await bodyOf(`${edge.url}/orders?limit=1`)).toBe('orders');
  });
});

describe('membership', () => {
  it('is live: who joins gets traffic, who leaves gets no more', async () => {
    const [a, b] = [await named('a'), await named('b')];
    const { discovery, members } = changing();
    const edge = await testEdge({ pool: byService, discovery });
    const share = async () => [...new Set([await bodyOf(edge.url), await bodyOf(edge.url)])].toSorted();
    expect((await fetch(edge.url)).status).toBe(503);
    members('api-gateway', a.port);
    expect(await share()).toEqual(['a']);
    members('api-gateway', a.port, b.port);
    expect(await share()).toEqual(['a', 'b']);
    members('api-gateway', b.port);
    expect(await share()).toEqual(['b']);
    members('api-gateway');
    expect((await fetch(edge.url)).status).toBe(503);
    expect((await fetch(`${edge.url}/readyz`)).status).toBe(503);
  });

  it('lets who leaves finish what it has', async () => {
    const release = Promise.withResolvers<void>();
    const a = await httpUpstream((_request, response) => void release.promise.then(() => response.end('a')));
    const { discovery, members } = changing();
    const edge = await testEdge({ pool: byService, discovery });
    members('api-gateway', a.port);
    const arrival = a.arrival();
    const answer = bodyOf(edge.url);
    await arrival;
    members('api-gateway');
    release.resolve();
    expect(await answer).toBe('a');
  });
});

describe('a drain', () => {
  it('turns readiness off, finishes what has begun, lets go of kept connections, then refuses', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = await httpUpstream((request, response) => {
      if (request.url === '/slow') void release.promise.then(() => response.end('slow'));
      else response.end('quick');
    });
    const edge = await testEdge({ endpoints: [upstream.address] });
    const kept = await rawClient(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await kept.until('quick');
    const arrival = upstream.arrival();
    const slow = bodyOf(`${edge.url}/slow`);
    await arrival;

    const drained = edge.drain();
    kept.send('GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n');
    const answer = await kept.closed();
    expect(answer).toMatch(/HTTP\/1\.1 503 /);
    expect(answer).toMatch(/\r\nconnection: close\r\n/i);
    release.resolve();
    expect(await slow).toBe('slow');
    await drained;
    await expect(fetch(edge.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('tells relayed clients to close too', async () => {
    const upstream = await named('a');
    const edge = await testEdge({ endpoints: [upstream.address] });
    const kept = await rawClient(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect(await kept.until('\r\n\r\na')).not.toMatch(/connection: close/i);
    const drained = edge.drain();
    kept.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    expect((await kept.closed()).split('\r\n\r\na')[1]).toMatch(/connection: close/i);
    await drained;
  });
});

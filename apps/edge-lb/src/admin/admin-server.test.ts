import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Endpoint } from '@edgeway/balancing';
import { createLogger } from '@edgeway/telemetry';
import { describe, expect, it } from 'vitest';
import type { RunningPool } from '../pools/upstream-pool.ts';
import { httpUpstream } from '../testing/fake-upstream.ts';
import { adminServer } from './admin-server.ts';
import { testAdmin, token } from './testing/test-admin.ts';

const nobody: ReadonlySet<Endpoint> = new Set();

/** Where so many requests went. */
function leasedTo(pool: RunningPool, count: number): Record<string, number> {
  const leased: Record<string, number> = {};
  for (let i = 0; i < count; i++) {
    const lease = pool.acquire(nobody)!;
    leased[lease.endpoint.address] = (leased[lease.endpoint.address] ?? 0) + 1;
    lease.release();
  }
  return leased;
}

const twoUpstreams = async () => {
  const [a, b] = await Promise.all([httpUpstream((_, response) => response.end()), httpUpstream((_, r) => r.end())]);
  return { a, b, endpoints: [{ address: a.address }, { address: b.address }] };
};

const at = (address: string): string => `/pools/main/endpoints/${encodeURIComponent(address)}`;

describe('GET', () => {
  it('shows a pool with what each endpoint carries and has done', async () => {
    const { a, b, endpoints } = await twoUpstreams();
    const { pool, ask } = await testAdmin({
      endpoints: [
        { ...endpoints[0], weight: 2, zone: 'z' },
        { ...endpoints[1], backup: true },
      ],
    });
    pool.acquire(nobody)!.release('failed');
    pool.acquire(nobody);
    const shown = await ask('GET', '/pools/main');
    expect(shown.status).toBe(200);
    expect(shown.headers.get('x-served-by')).toBe('edge-lb-1');
    const common = { state: 'available', averageMs: 0, warming: false };
    expect(shown.json).toEqual({
      name: 'main',
      strategy: { name: 'round-robin' },
      panic: false,
      queued: 0,
      endpoints: [
        {
          ...common,
          address: a.address,
          weight: 2,
          configuredWeight: 2,
          backup: false,
          zone: 'z',
          inFlight: 1,
          requests: 1,
          failures: 1,
        },
        {
          ...common,
          address: b.address,
          weight: 1,
          configuredWeight: 1,
          backup: true,
          zone: null,
          inFlight: 0,
          requests: 0,
          failures: 0,
        },
      ],
    });
    expect((await ask('GET', '/pools')).json).toEqual({ pools: [shown.json] });
  });

  it('shows why an endpoint gets nothing', async () => {
    const { pool, ask } = await testAdmin();
    const [endpoint] = pool.pool.endpoints;
    const state = async (): Promise<string> => (await ask('GET', '/pools/main')).json.endpoints[0].state;
    endpoint!.ejected = true;
    expect(await state()).toBe('ejected');
    pool.refused(endpoint!);
    expect(await state()).toBe('unhealthy');
    endpoint!.draining = true;
    expect(await state()).toBe('draining');
  });

  it('shows listeners, life and readiness', async () => {
    let ready = true;
    const { ask } = await testAdmin({ managed: { ready: () => ready } });
    expect((await ask('GET', '/listeners')).json).toEqual({
      listeners: [{ name: 'public', address: '[::]:8080', protocol: 'http' }],
    });
    expect((await ask('GET', '/readyz')).status).toBe(200);
    ready = false;
    expect(await ask('GET', '/readyz')).toMatchObject({ status: 503, json: { status: 'unavailable' } });
    expect(await ask('GET', '/livez')).toMatchObject({ status: 200, json: { status: 'ok' } });
    expect(await ask('HEAD', '/livez')).toMatchObject({ status: 200, text: '' });
  });
});

describe('PATCH of an endpoint', () => {
  it('drains it: nothing is leased there until it is taken back', async () => {
    const { a, b, endpoints } = await twoUpstreams();
    const { pool, ask } = await testAdmin({ endpoints });
    const held = pool.acquireAt(a.address)!;
    const drained = await ask('PATCH', at(a.address), { body: { draining: true } });
    expect(drained).toMatchObject({ status: 200, json: { address: a.address, state: 'draining', inFlight: 1 } });
    expect(leasedTo(pool, 20)).toEqual({ [b.address]: 20 });
    expect(pool.acquireAt(a.address)).toBeUndefined();
    held.release();
    await ask('PATCH', at(a.address), { body: { draining: false } });
    expect(leasedTo(pool, 20)).toEqual({ [a.address]: 10, [b.address]: 10 });
  });

  it('changes its weight, and with it its share', async () => {
    const { a, b, endpoints } = await twoUpstreams();
    const { pool, ask } = await testAdmin({ endpoints, pool: { strategy: 'weighted-round-robin' } });
    const { json } = await ask('PATCH', at(a.address), { body: { weight: 3 } });
    expect(json).toMatchObject({ weight: 3, configuredWeight: 3, state: 'available' });
    expect(leasedTo(pool, 40)).toEqual({ [a.address]: 30, [b.address]: 10 });
  });

  it('refuses what it does not know, with every fault', async () => {
    const { pool, address, ask } = await testAdmin();
    const answer = await ask('PATCH', at(address), { body: { draining: 'yes', weight: 0, wieght: 1 } });
    expect(answer).toMatchObject({
      status: 400,
      json: {
        code: 'BODY_INVALID',
        errors: [
          { path: 'draining', message: 'must be true or false' },
          { path: 'weight', message: 'must be > 0' },
          { path: 'wieght', message: 'is not a known field' },
        ],
      },
    });
    expect((await ask('PATCH', at(address), { body: {} })).json.errors).toEqual([
      { path: '.', message: 'must hold draining or weight' },
    ]);
    expect(pool.pool.endpoints[0]).toMatchObject({ draining: false, weight: 1 });
  });
});

describe('PATCH of a pool', () => {
  it('changes the strategy of the next pick', async () => {
    const { endpoints } = await twoUpstreams();
    const { pool, ask } = await testAdmin({ endpoints });
    const changed = await ask('PATCH', '/pools/main', { body: { strategy: { name: 'ring-hash', key: 'path' } } });
    expect(changed).toMatchObject({ status: 200, json: { strategy: { name: 'ring-hash', key: 'path' } } });
    const request = { path: '/x' } as Parameters<NonNullable<typeof pool.affinity>>[0];
    const picked = Array.from({ length: 10 }, () => {
      const lease = pool.acquire(nobody, pool.affinity?.(request));
      lease!.release();
      return lease!.endpoint.address;
    });
    expect(new Set(picked).size).toBe(1);
    await ask('PATCH', '/pools/main', { body: { strategy: 'round-robin' } });
    expect(Object.values(leasedTo(pool, 10))).toEqual([5, 5]);
    expect((await ask('GET', '/pools/main')).json.strategy).toEqual({ name: 'round-robin' });
  });

  it.each([
    ['none', {}],
    ['an unknown one', { strategy: 'roundest-robin' }],
    ['an option out of range', { strategy: { name: 'bounded-load', loadPercent: 50 } }],
    ['a key nothing has', { strategy: { name: 'maglev', key: 'moon' } }],
    ['no object', [1]],
  ])('refuses %s and keeps what there is', async (_, body) => {
    const { pool, ask } = await testAdmin({ pool: { strategy: 'least-connections' } });
    expect(await ask('PATCH', '/pools/main', { body })).toMatchObject({ status: 400, json: { code: 'BODY_INVALID' } });
    expect(pool.pool.strategy.name).toBe('least-connections');
  });
});

describe('a change', () => {
  const change = { body: { draining: true } };

  it('is told, so that workers follow; a refused one is not', async () => {
    const told: string[] = [];
    const { address, ask } = await testAdmin({
      managed: { onChange: (pool, what) => void told.push(`${pool} ${what}`) },
    });
    await ask('PATCH', at(address), change);
    await ask('PATCH', '/pools/main', { body: { strategy: 'maglev' } });
    await ask('PATCH', at(address), { body: {} });
    expect(told).toEqual(['main endpoints', 'main strategy']);
  });

  it('is refused to all when no token is configured', async () => {
    const { pool, address, ask } = await testAdmin({ token: undefined });
    const answer = await ask('PATCH', at(address), change);
    expect(answer).toMatchObject({ status: 403, json: { code: 'EDGE_READ_ONLY', status: 403 } });
    expect(await ask('POST', '/reload')).toMatchObject({ status: 403 });
    expect(pool.pool.endpoints[0]!.draining).toBe(false);
    expect((await ask('GET', '/pools')).status).toBe(200);
  });

  it.each([
    ['another token', 'Bearer another-token', 'TOKEN_INVALID'],
    ['a part of the token', `Bearer ${token.slice(0, -1)}`, 'TOKEN_INVALID'],
    ['another scheme', `Basic ${token}`, 'TOKEN_INVALID'],
    ['an empty one', 'Bearer ', 'TOKEN_INVALID'],
  ])('is refused to %s', async (_, authorization, code) => {
    const { pool, address, ask } = await testAdmin();
    const answer = await ask('PATCH', at(address), { ...change, headers: { authorization } });
    expect(answer).toMatchObject({ status: 401, json: { code } });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(pool.pool.endpoints[0]!.draining).toBe(false);
  });

  it('is refused without a token', async () => {
    const { url } = await testAdmin();
    const answer = await fetch(`${url}/reload`, { method: 'POST' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ code: 'TOKEN_MISSING' });
  });
});

describe('POST /reload', () => {
  it('tells that the file is in force', async () => {
    const { ask } = await testAdmin({ managed: { reload: async () => ({ status: 'done' }) } });
    expect(await ask('POST', '/reload')).toMatchObject({ status: 200, json: { status: 'done' } });
  });

  it('tells every fault of a file that is not', async () => {
    const faults = [{ path: 'pools', message: 'is required' }];
    const { ask } = await testAdmin({ managed: { reload: async () => ({ status: 'refused', faults }) } });
    expect(await ask('POST', '/reload')).toMatchObject({
      status: 422,
      json: { code: 'EDGE_CONFIG_INVALID', errors: faults },
    });
  });

  it('is not found where there is no file, and keeps unforeseen failures to itself', async () => {
    expect((await (await testAdmin()).ask('POST', '/reload')).status).toBe(404);
    const reload = () => Promise.reject(new Error('/srv/secret'));
    const answer = await (await testAdmin({ managed: { reload } })).ask('POST', '/reload');
    expect(answer).toMatchObject({ status: 500, json: { code: 'INTERNAL_ERROR' } });
    expect(answer.text).not.toContain('secret');
  });
});

describe('what is not there', () => {
  it('is told with what was meant', async () => {
    const { address, ask } = await testAdmin();
    expect(await ask('GET', '/pools/mian')).toMatchObject({
      status: 404,
      json: { code: 'EDGE_POOL_NOT_FOUND', detail: 'unknown pool "mian" (did you mean "main"?)' },
    });
    expect(await ask('PATCH', at(`${address}0`), { body: {} })).toMatchObject({
      status: 404,
      json: { code: 'EDGE_ENDPOINT_NOT_FOUND', detail: `unknown endpoint "${address}0" (did you mean "${address}"?)` },
    });
    expect((await ask('GET', `/pools/${'x'.repeat(5000)}`)).json.detail).toBe('unknown pool');
    expect(await ask('GET', '/pool')).toMatchObject({ status: 404, json: { code: 'ROUTE_NOT_FOUND' } });
    expect(await ask('GET', '/pools/%E0%A4')).toMatchObject({ status: 400, json: { code: 'PATH_INVALID' } });
  });

  it('and a method that is not, with those that are', async () => {
    const { ask } = await testAdmin();
    const answer = await ask('DELETE', '/pools/main');
    expect(answer).toMatchObject({ status: 405, json: { code: 'METHOD_NOT_ALLOWED', instance: '/pools/main' } });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, PATCH');
  });
});

describe('a body', () => {
  it('of over 16 KiB is refused, announced or not', async () => {
    const { url, ask } = await testAdmin();
    const body = { strategy: 'x'.repeat(16 * 1024) };
    expect(await ask('PATCH', '/pools/main', { body })).toMatchObject({
      status: 413,
      json: { code: 'BODY_TOO_LARGE' },
    });
    const chunked = await fetch(`${url}/pools/main`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: new Blob([JSON.stringify(body)]).stream(),
      duplex: 'half',
    });
    expect(chunked.status).toBe(413);
  });

  it('of another type, or of none, is refused', async () => {
    const { ask } = await testAdmin();
    const headers = { 'content-type': 'text/plain' };
    expect((await ask('PATCH', '/pools/main', { body: {}, headers })).status).toBe(415);
    expect((await ask('PATCH', '/pools/main')).status).toBe(415);
    expect((await ask('PATCH', '/pools/main', { body: '{"strategy":' })).json.detail).toBe(
      'The body is not well-formed JSON.',
    );
  });

  it('that takes over two seconds is refused', async () => {
    const { port } = await testAdmin();
    const socket = connect(port, '127.0.0.1');
    const head = [
      'PATCH /pools/main HTTP/1.1',
      'Host: x',
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      'Content-Length: 30',
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n{"strategy":`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 [^]*"code":"EDGE_REQUEST_TIMEOUT"/);
  });
});

describe('adminServer', () => {
  it('fails when its port is taken, and leaves nothing behind', async () => {
    const { port, managed } = await testAdmin();
    let listening = 0;
    const events = {
      emit: managed.events.emit,
      listen() {
        listening++;
        return () => void listening--;
      },
    };
    const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', level: 'silent' });
    const address = { host: '127.0.0.1', port };
    const starting = adminServer({ address, token, managed: { ...managed, events }, log, instance: 'edge-lb-1' });
    await expect(starting).rejects.toThrow('EADDRINUSE');
    expect(listening).toBe(0);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { httpUpstream } from '../../testing/fake-upstream.ts';
import { exchange, rawClient } from '../../testing/raw-client.ts';
import { testEdgeWith } from '../../testing/test-edge.ts';

const testEdge = testEdgeWith('wire');
const named = (name: string) => httpUpstream((_request, response) => void response.end(name));
const bodies = async (url: string, count: number, init: (i: number) => RequestInit = () => ({})) => {
  const all: string[] = [];
  for (let i = 0; i < count; i++) all.push(await (await fetch(url, init(i))).text());
  return all;
};

describe('a pool whose endpoints are full', () => {
  /** An endpoint that holds each request until it is told to answer. */
  async function holding() {
    const held: (() => void)[] = [];
    const upstream = await httpUpstream((_request, response) => void held.push(() => response.end('ok')));
    return { upstream, held };
  }

  it('lets requests wait for their turn, in the order they came', async () => {
    const { upstream, held } = await holding();
    const edge = await testEdge({
      endpoints: [upstream.address],
      pool: { limits: { connectionsPerEndpoint: 1, queueSeconds: 5 } },
    });
    const done: number[] = [];
    const answers: Promise<unknown>[] = [];
    for (const i of [0, 1, 2]) {
      answers.push(fetch(edge.url).then(async (response) => (await response.text(), done.push(i))));
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    for (let i = 0; i < 3; i++) {
      await expect.poll(() => held.length).toBe(i + 1);
      expect(upstream.seen).toHaveLength(i + 1);
      held[i]!();
    }
    await Promise.all(answers);
    expect(done).toEqual([0, 1, 2]);
  });

  it.each([
    ['the queue is full too', { connectionsPerEndpoint: 1, queued: 0 }],
    ['the wait is too long', { connectionsPerEndpoint: 1, queueSeconds: 0.05 }],
  ])('answers 503 with Retry-After when %s', async (_when, limits) => {
    const { upstream, held } = await holding();
    const edge = await testEdge({ endpoints: [upstream.address], pool: { limits } });
    const first = fetch(edge.url);
    await expect.poll(() => held.length).toBe(1);
    const second = await fetch(edge.url);
    expect([second.status, second.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await second.json()).toMatchObject({ code: 'EDGE_POOL_FULL' });
    held[0]!();
    expect((await first).status).toBe(200);
  });

  it('forgets who has left the queue', async () => {
    const { upstream, held } = await holding();
    const edge = await testEdge({
      endpoints: [upstream.address],
      pool: { limits: { connectionsPerEndpoint: 1, queueSeconds: 5 } },
    });
    const first = fetch(edge.url);
    await expect.poll(() => held.length).toBe(1);
    const waiting = await rawClient(edge.port, 'GET /left HTTP/1.1\r\nHost: a\r\n\r\n');
    await new Promise((resolve) => setTimeout(resolve, 30));
    waiting.socket.destroy();
    await waiting.closed();
    held[0]!();
    await (await first).text();
    const last = fetch(edge.url);
    await expect.poll(() => held.length).toBe(2);
    held[1]!();
    await (await last).text();
    expect(upstream.seen.map(({ url }) => url)).toEqual(['/', '/']);
  });
});

describe('an endpoint that fails', () => {
  it('is ejected after errors in a row, although its probes pass', async () => {
    const failing = await httpUpstream((_request, response) => void response.writeHead(500).end());
    const good = await named('good');
    const edge = await testEdge({
      endpoints: [failing.address, good.address],
      pool: { ejection: { consecutiveErrors: 3 } },
    });
    await bodies(edge.url, 12);
    expect(failing.seen).toHaveLength(3);
    await edge.logged('ejection changed', { endpoint: failing.address, status: 'ejected' });
  });
});

describe('an endpoint that is silent', () => {
  it('costs a safe request its time, and no failure while another answers', async () => {
    const silent = await httpUpstream(() => undefined);
    const good = await named('good');
    const edge = await testEdge({
      endpoints: [silent.address, good.address],
      pool: { timeouts: { headersSeconds: 0.2 } },
    });
    expect(await bodies(edge.url, 2)).toEqual(['good', 'good']);
    expect(silent.seen.length).toBeGreaterThan(0);
  });

  it('gets what is not safe once, and no one else does', async () => {
    const silent = await httpUpstream(() => undefined);
    const good = await named('good');
    const edge = await testEdge({
      endpoints: [silent.address, good.address],
      pool: { timeouts: { headersSeconds: 0.2 } },
    });
    const statuses = await Promise.all([1, 2].map(async () => (await fetch(edge.url, { method: 'POST' })).status));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 504]);
    expect([silent.seen.length, good.seen.length]).toEqual([1, 1]);
  });
});

describe('an endpoint that answers with statuses that the file names', () => {
  /** Every third answer is a 500. */
  const wrong = (more = '') => {
    let count = 0;
    return httpUpstream(
      (_request, response) => void response.writeHead(count++ % 3 === 0 ? 500 : 200).end(`wrong${more}`),
    );
  };

  it('fails no safe request while another is well', async () => {
    const all = [await wrong(), await named('good')];
    const pool = { retry: { statuses: [500] }, ejection: { consecutiveErrors: 0 } };
    const edge = await testEdge({ endpoints: all.map(({ address }) => address), pool });
    const statuses: number[] = [];
    for (let i = 0; i < 30; i++) {
      const response = await fetch(edge.url);
      statuses.push(response.status);
      await response.text();
    }
    expect(new Set(statuses)).toEqual(new Set([200]));
    await edge.logged('retrying elsewhere', { endpoint: all[0]!.address, status: 500 });
  });

  it('is believed when there is no other, and about what is not safe', async () => {
    const failing = await httpUpstream((_request, response) => void response.writeHead(500).end('all of it'));
    const pool = { retry: { statuses: [500] }, ejection: { consecutiveErrors: 0 } };
    const alone = await testEdge({ endpoints: [failing.address], pool });
    const response = await fetch(alone.url);
    expect([response.status, await response.text()]).toEqual([500, 'all of it']);
    const both = await testEdge({ endpoints: [failing.address, (await named('good')).address], pool });
    const posts = await Promise.all([1, 2].map(async () => (await fetch(both.url, { method: 'POST' })).status));
    expect(posts.toSorted((a, b) => a - b)).toEqual([200, 500]);
  });
});

describe('a retry budget', () => {
  it('ends retries when most requests need one', async () => {
    const dying = await httpUpstream((request) => void request.socket.resetAndDestroy());
    const edge = await testEdge({
      endpoints: [dying.address, (await named('good')).address],
      pool: { retry: { attempts: 2, budgetPercent: 0, budgetPerSecond: 0 }, ejection: { consecutiveErrors: 0 } },
    });
    const statuses = await Promise.all(Array.from({ length: 6 }, async () => (await fetch(edge.url)).status));
    expect(statuses.filter((status) => status === 502)).toHaveLength(3);
  });
});

describe('affinity', () => {
  it('by a field keeps equal values together, and spreads different ones', async () => {
    const all = await Promise.all([named('a'), named('b'), named('c')]);
    const edge = await testEdge({
      endpoints: all.map(({ address }) => address),
      pool: { strategy: { name: 'ring-hash', key: 'header:x-tenant' } },
    });
    const of = (tenant: string) => bodies(edge.url, 3, () => ({ headers: { 'X-Tenant': tenant } }));
    const places = await Promise.all(Array.from({ length: 20 }, (_, i) => of(`tenant-${i}`)));
    for (const place of places) expect(new Set(place).size).toBe(1);
    expect(new Set(places.flat()).size).toBe(3);
  });

  function secretFile(text: string): string {
    const folder = mkdtempSync(join(tmpdir(), 'edge-sticky-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'secret'), text);
    return join(folder, 'secret');
  }

  it('by a signed cookie brings a client back, and believes no other cookie', async () => {
    const all = await Promise.all([named('a'), named('b'), named('c')]);
    const edge = await testEdge({
      endpoints: all.map(({ address }) => address),
      pool: { sticky: { secretFile: secretFile('x'.repeat(32)) } },
    });
    const first = await fetch(edge.url);
    const cookie = first.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^edgeway=[\w-]+\.[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure$/);
    const value = cookie.split(';')[0]!;
    const again = await Promise.all(
      Array.from({ length: 6 }, () => fetch(edge.url, { headers: { cookie: `x=1; ${value}` } })),
    );
    expect(again.map((response) => response.headers.get('set-cookie'))).toEqual(Array(6).fill(null));
    const place = await first.text();
    expect(await Promise.all(again.map((response) => response.text()))).toEqual(Array(6).fill(place));
    const forged = `edgeway=${Buffer.from(all[0].address).toString('base64url')}.AAAAAAAAAAAAAAAAAAAAAA`;
    expect(new Set(await bodies(edge.url, 9, () => ({ headers: { cookie: forged } }))).size).toBe(3);
  });

  it('by a cookie needs a secret that is one', async () => {
    const pool = { sticky: { secretFile: secretFile('short') } };
    await expect(testEdge({ endpoints: ['127.0.0.1:1'], pool })).rejects.toThrow(/pools\.main\.sticky\.secretFile/);
  });
});

describe('routes', () => {
  it('rewrite, redirect, respond and mirror', async () => {
    const [main, copy] = [await named('main'), await named('copy')];
    const pool = (address: string) => ({ endpoints: { static: [{ address }] }, health: { intervalSeconds: 3600 } });
    const edge = await testEdge({
      config: {
        listeners: {
          public: {
            address: 8080,
            routes: [
              { path: '/api', pool: 'main', rewrite: '/v2', mirror: 'copy' },
              { path: '/old', redirect: { to: 'https://new.test{path}', status: 301 } },
              { path: '/robots.txt', respond: { body: 'User-agent: *\n' } },
              { path: '/gone', respond: { status: 410 } },
            ],
          },
        },
        pools: { main: pool(main.address), copy: pool(copy.address) },
      },
    });
    expect(await bodies(`${edge.url}/api/x?y=1`, 1)).toEqual(['main']);
    expect(main.seen[0]!.url).toBe('/v2/x?y=1');
    await expect.poll(() => copy.seen.map(({ url }) => url)).toEqual(['/v2/x?y=1']);
    expect(await bodies(`${edge.url}/api/x`, 1, () => ({ method: 'POST', body: 'x' }))).toEqual(['main']);
    const old = await fetch(`${edge.url}/old/a?b`, { redirect: 'manual' });
    expect([old.status, old.headers.get('location')]).toEqual([301, 'https://new.test/old/a?b']);
    const robots = await fetch(`${edge.url}/robots.txt`);
    expect([robots.headers.get('content-type'), await robots.text()]).toEqual([
      'text/plain; charset=utf-8',
      'User-agent: *\n',
    ]);
    expect((await fetch(`${edge.url}/gone`)).status).toBe(410);
    expect((await fetch(`${edge.url}/`)).status).toBe(404);
    const head = await exchange(edge.port, 'HEAD /robots.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(head).toMatch(/\r\ncontent-length: 14\r\n[^]*\r\n\r\n$/);
    expect(copy.seen).toHaveLength(1);
  });
});

describe('PROXY protocol', () => {
  it('from a trusted peer tells who asks', async () => {
    const upstream = await named('a');
    const edge = await testEdge({
      endpoints: [upstream.address],
      listener: { proxyProtocol: { from: ['127.0.0.0/8'] } },
    });
    await exchange(
      edge.port,
      'PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
    );
    expect(upstream.seen[0]!.headers['x-forwarded-for']).toBe('203.0.113.7');
  });

  it('that a trusted peer leaves out is not guessed at', async () => {
    const upstream = await named('a');
    const edge = await testEdge({
      endpoints: [upstream.address],
      listener: { proxyProtocol: { from: ['127.0.0.1'] } },
    });
    expect(await exchange(edge.port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n')).toBe('');
    expect(upstream.seen).toEqual([]);
  });

  it('from anyone else is no HTTP', async () => {
    const upstream = await named('a');
    const edge = await testEdge({
      endpoints: [upstream.address],
      listener: { proxyProtocol: { from: ['10.0.0.0/8'] } },
    });
    expect(await exchange(edge.port, 'PROXY TCP4 203.0.113.7 10.0.0.1 4711 80\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });
});

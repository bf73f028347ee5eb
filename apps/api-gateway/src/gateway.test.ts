import { request as httpRequest, type IncomingMessage, type RequestListener } from 'node:http';
import { createInternalTokenVerifier } from '@edgeway/auth';
import { startRedis, type TestRedis } from '@edgeway/testing';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listening, world, type RunningGateway, type World } from './testing/running-gateways.ts';

let w: World;
let redis: TestRedis;
beforeAll(async () => {
  w = await world();
  redis = await startRedis();
});
afterAll(async () => {
  await w?.stop();
  await redis?.stop();
});

const json = (body: unknown, status = 200): [number, string] => [status, JSON.stringify(body)];
interface Seen {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
}

/** user-svc as the gateway needs it: keys, sessions, and an echo of whatever else is asked. */
function userSvc(seen: Seen[], ended: ReadonlySet<string> = new Set()): RequestListener {
  return (request, response) => {
    const { method = '', url = '', headers } = request;
    if (url === '/.well-known/jwks.json') {
      response.setHeader('content-type', 'application/jwk-set+json').setHeader('cache-control', 'public, max-age=300');
      return void response.end(JSON.stringify({ keys: [w.keys.publicJwk] }));
    }
    const session = /^\/internal\/sessions\/(.+)$/.exec(url);
    const [status, body] = session === null ? json({ id: 'me' }) : json({ active: !ended.has(session[1]!) });
    seen.push({ method, url, headers });
    request.resume().once('end', () => response.writeHead(status, { 'content-type': 'application/json' }).end(body));
  };
}

async function platform(env: Record<string, string> = {}, others: Record<string, RequestListener> = {}) {
  const seen: Seen[] = [];
  const ended = new Set<string>();
  const user = await listening(userSvc(seen, ended));
  const order = await listening(others['order-svc'] ?? ((_request, response) => response.end('{"items":[]}')));
  onTestFinished(async () => void (await Promise.all([user.stop(), order.stop()])));
  const services = { 'user-svc': [user], 'order-svc': [order], 'mobile-bff': [user], redis: [redis] };
  const gateway = await w.gateway(services, env);
  await expect.poll(async () => (await gateway.ask('GET /readyz')).status).toBe(200);
  return { gateway, services, seen, ended, user, order };
}
const me = 'GET /api/v1/users/me';
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const codeOf = ({ status, body }: { status: number; body: string }) => [
  status,
  (JSON.parse(body) as { code: string }).code,
];

describe('default deny', () => {
  it('answers 404 for what is not declared, internal paths too, and 405 with Allow for another method', async () => {
    const { gateway } = await platform();
    for (const path of ['/', '/nowhere', '/internal/sessions/1', '/api/v1/users/me/', '/API/v1/users/me'])
      expect(codeOf(await gateway.ask(`GET ${path}`)), path).toEqual([404, 'ROUTE_NOT_FOUND']);
    const wrong = await gateway.ask('DELETE /api/v1/orders');
    expect(codeOf(wrong)).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(wrong.headers['allow']?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  it('refuses paths that the next reader could read otherwise', async () => {
    const { gateway } = await platform();
    for (const path of [
      '/api/v1/x/../users',
      '/api//v1',
      '/api/v1/%2e%2e/users',
      '/api/v1/orders/a%2fb',
      '/a%00',
      '/%zz',
    ])
      expect(codeOf(await gateway.ask(`GET ${path}`)), path).toEqual([400, 'PATH_INVALID']);
  });
});

describe('identity', () => {
  it('401 with a bare challenge without a token, invalid_token for a bad one, 403 insufficient_scope', async () => {
    const { gateway } = await platform();
    const missing = await gateway.ask(me);
    expect([...codeOf(missing), missing.headers['www-authenticate']]).toEqual([401, 'TOKEN_MISSING', 'Bearer']);
    const bad = await gateway.ask(me, bearer('garbage'));
    expect(codeOf(bad)).toEqual([401, 'TOKEN_INVALID']);
    expect(bad.headers['www-authenticate']).toMatch(/^Bearer.*error="invalid_token"/);
    const poor = await gateway.ask(me, bearer(await w.tokens(['orders:read'])));
    expect(codeOf(poor)).toEqual([403, 'SCOPE_MISSING']);
    expect(poor.headers['www-authenticate']).toMatch(/insufficient_scope".*scope="profile:read"/);
  });

  it('never takes a token from the query, whatever Authorization says', async () => {
    const { gateway, seen } = await platform();
    const token = await w.tokens();
    for (const headers of [{}, { authorization: 'Basic eDp5' }]) {
      const answer = await gateway.ask(`${me}?access_token=${token}`, headers);
      expect(answer.status, JSON.stringify(headers)).toBe(401);
    }
    expect(seen).toEqual([]);
  });

  it('503, not 401, while the keys cannot be read', async () => {
    const gone = await listening((_request, response) => response.writeHead(500).end());
    const gateway = await w.gateway({ 'user-svc': [gone], 'order-svc': [gone], 'mobile-bff': [gone], redis: [redis] });
    onTestFinished(() => gone.stop());
    expect(codeOf(await gateway.ask(me, bearer(await w.tokens())))).toEqual([503, 'IDENTITY_KEYS_UNAVAILABLE']);
  });

  it("gives services its own token and says itself who asks; a client's claims go no further", async () => {
    const { gateway, seen } = await platform();
    const token = await w.tokens(undefined, 'session-1', 'user-1');
    await gateway.ask(me, {
      ...bearer(token),
      connection: 'close, authorization, x-request-id',
      cookie: 'a=b',
      forwarded: 'for=6.6.6.6',
      'x-forwarded-for': '6.6.6.6',
      'x-forwarded-host': 'evil',
      'x-real-ip': '6.6.6.6',
      'x-user-id': 'admin',
      'x-edgeway-user': 'admin',
      'x-identity': 'admin',
      x_user_id: 'admin',
      expect: '100-continue',
      'accept-language': 'de',
    });
    const headers = seen.find(({ url }) => url === '/api/v1/users/me')!.headers;
    const internal = /^Bearer (.+)$/.exec(headers.authorization!)![1]!;
    const verifier = createInternalTokenVerifier({ publicJwk: w.internal.publicJwk });
    expect(await verifier.verify(internal)).toMatchObject({ userId: 'user-1', sessionId: 'session-1' });
    expect(internal).not.toBe(token);
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'accept-language': 'de', via: expect.any(String) });
    expect(headers['x-forwarded-host'] ?? '').not.toBe('evil');
    for (const name of [
      'cookie',
      'forwarded',
      'x-real-ip',
      'x-user-id',
      'x-edgeway-user',
      'x-identity',
      'x_user_id',
      'expect',
    ])
      expect(headers, name).not.toHaveProperty([name]);
  });

  it('public routes carry no credentials inside', async () => {
    const { gateway, seen } = await platform({ AUTH_LIMIT_POINTS: '1000' });
    await gateway.ask(
      'POST /api/v1/auth/login',
      { ...bearer(await w.tokens()), 'content-type': 'application/json' },
      '{}',
    );
    expect(seen.at(-1)!.headers).not.toHaveProperty('authorization');
  });
});

/** Until a gateway counts in Redis and not alone, then back to an untouched limit. */
async function countingInRedis(...gateways: RunningGateway[]): Promise<void> {
  const client = new Redis(redis);
  onTestFinished(() => client.disconnect());
  for (const gateway of gateways) {
    await client.flushall();
    await expect
      .poll(async () => {
        await gateway.ask('POST /api/v1/auth/login', { 'content-type': 'application/json' }, '{}');
        return (await client.keys('limit:auth:*')).length;
      })
      .toBeGreaterThan(0);
  }
  await client.flushall();
}

describe('limits', () => {
  it('admit exactly the limit over two gateways that share Redis', async () => {
    const first = await platform({ AUTH_LIMIT_POINTS: '30' });
    const second = await w.gateway(first.services, { AUTH_LIMIT_POINTS: '30' });
    await expect.poll(async () => (await second.ask('GET /readyz')).status).toBe(200);
    await countingInRedis(first.gateway, second);
    const attempts = Array.from({ length: 60 }, (_, i) =>
      [first.gateway, second][i % 2]!.ask('POST /api/v1/auth/refresh', { 'content-type': 'application/json' }, '{}'),
    );
    const answers = await Promise.all(attempts);
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.length - refused.length).toBe(30);
    expect(codeOf(refused[0]!)).toEqual([429, 'RATE_LIMITED']);
    expect(refused[0]!.headers['ratelimit-policy']).toBe('"auth";q=30;w=60');
    expect(refused[0]!.headers['ratelimit']).toMatch(/^"auth";r=0;t=\d+$/);
    expect(Number(refused[0]!.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each([
    { hops: '0', limited: true },
    { hops: '1', limited: false },
  ])('trustedHops $hops: another X-Forwarded-For is another client: $limited', async ({ hops, limited }) => {
    const { gateway } = await platform({ AUTH_LIMIT_POINTS: '1', GATEWAY_TRUSTED_HOPS: hops });
    await countingInRedis(gateway);
    const from = (address: string) =>
      gateway.ask('POST /api/v1/auth/login', { 'x-forwarded-for': address, 'content-type': 'application/json' }, '{}');
    await from('192.0.2.1');
    expect((await from('192.0.2.2')).status === 429).toBe(limited);
    // Only the hop next to us is believed, not what a client wrote before it.
    expect((await from('203.0.113.9, 192.0.2.1')).status).toBe(429);
  });
});

describe('Redis lost in flight', () => {
  const cutOff = async () => {
    await redis.refuse();
    onTestFinished(async () => redis.accept().catch(() => undefined));
  };

  it('requests are served, ended sessions are still refused, and the limit is still told', async () => {
    const { gateway, ended } = await platform();
    await gateway.ask(me, bearer(await w.tokens()));
    await cutOff();
    const answer = await gateway.ask(me, bearer(await w.tokens()));
    expect(answer.status).toBe(200);
    ended.add('over');
    expect(codeOf(await gateway.ask(me, bearer(await w.tokens(undefined, 'over'))))).toEqual([401, 'SESSION_REVOKED']);
    expect(answer.headers['ratelimit'], 'e2e/failure/stores.ts expects it').toBeDefined();
  });
});

describe('forwarding', () => {
  it('refuses a body over 1 MiB with 413 whether its length is declared or not', async () => {
    const { gateway } = await platform({ AUTH_LIMIT_POINTS: '1000' });
    const large = 'x'.repeat(1_100_000);
    const declared = await gateway.ask('POST /api/v1/auth/login', { 'content-length': String(large.length) }, large);
    expect(codeOf(declared)).toEqual([413, 'BODY_TOO_LARGE']);
    const chunked = await gateway.ask('POST /api/v1/auth/login', { 'transfer-encoding': 'chunked' }, large);
    expect(codeOf(chunked)).toEqual([413, 'BODY_TOO_LARGE']);
  });

  it('answers a problem, not a reset, when a body was under way to a service that is not there', async () => {
    const gone = await listening(() => undefined);
    await gone.stop();
    const gateway = await w.gateway(
      { 'user-svc': [gone], 'order-svc': [gone], 'mobile-bff': [gone], redis: [redis] },
      { AUTH_LIMIT_POINTS: '1000' },
    );
    await expect.poll(async () => (await gateway.ask('GET /readyz')).status).toBe(200);
    const answer = await gateway.ask(
      'POST /api/v1/auth/login',
      { 'transfer-encoding': 'chunked' },
      'x'.repeat(900_000),
    );
    expect(codeOf(answer)).toEqual([503, 'UPSTREAM_UNAVAILABLE']);
  });

  it('hangs up on the service when its client does', async () => {
    const hungUp = Promise.withResolvers<void>();
    const arrived = Promise.withResolvers<void>();
    const { gateway } = await platform(
      {},
      {
        'order-svc': (request) => {
          request.socket.once('close', () => hungUp.resolve());
          arrived.resolve();
        },
      },
    );
    const asking = httpRequest({ ...gateway, path: '/api/v1/products', agent: false });
    asking.on('error', () => undefined).end();
    await arrived.promise;
    asking.destroy();
    await expect(hungUp.promise).resolves.toBeUndefined();
  });

  it('cuts an answer that breaks off, so that it does not look complete', async () => {
    const { gateway } = await platform(
      {},
      {
        'order-svc': (_request, response) => {
          response.write('half');
          setImmediate(() => response.destroy());
        },
      },
    );
    await expect(gateway.ask('GET /api/v1/products')).rejects.toThrow(/aborted|hang up|ECONNRESET/);
  });

  it("is the front door with trustedHops 0: a client's request id is replaced; behind a proxy it is kept", async () => {
    for (const [hops, kept] of [
      ['0', false],
      ['1', true],
    ] as const) {
      const { gateway } = await platform({ GATEWAY_TRUSTED_HOPS: hops });
      const answer = await gateway.ask('GET /api/v1/products', { 'x-request-id': 'chosen-by-the-client' });
      expect(answer.headers['x-request-id'] === 'chosen-by-the-client', `hops ${hops}`).toBe(kept);
    }
  });

  it('stays ready while one service has no replica: the others are still served', async () => {
    const { services } = await platform();
    const gateway = await w.gateway({ ...services, 'mobile-bff': [] });
    await expect.poll(async () => (await gateway.ask('GET /readyz')).status).toBe(200);
    expect((await gateway.ask('GET /api/v1/products')).status).toBe(200);
  });
});

describe('overview', () => {
  const ask = async (gateway: RunningGateway) => gateway.ask('GET /api/v1/overview', bearer(await w.tokens()));

  it('is complete, or says that it is not when an optional part is late', async () => {
    const whole = await platform();
    expect(JSON.parse((await ask(whole.gateway)).body)).toMatchObject({ orders: { items: [] }, complete: true });
    const late = await platform({}, { 'order-svc': () => undefined });
    const answer = await ask(late.gateway);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([
      200,
      { profile: { id: 'me' }, orders: { items: [] }, complete: false },
    ]);
  });

  it("answers a required part's own problem", async () => {
    const problem = JSON.stringify({ code: 'DATABASE_UNAVAILABLE', status: 503 });
    const user = await listening((request, response) => {
      if (request.url === '/.well-known/jwks.json')
        return void response.end(JSON.stringify({ keys: [w.keys.publicJwk] }));
      if (request.url?.startsWith('/internal/sessions/')) return void response.end('{"active":true}');
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end(problem);
    });
    onTestFinished(() => user.stop());
    const { services } = await platform();
    const gateway = await w.gateway({ ...services, 'user-svc': [user] });
    await expect.poll(async () => (await gateway.ask('GET /readyz')).status).toBe(200);
    expect(codeOf(await ask(gateway))).toEqual([503, 'DATABASE_UNAVAILABLE']);
  });
});

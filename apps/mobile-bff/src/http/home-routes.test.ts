import { createInternalTokenIssuer, createInternalTokenVerifier, generateKeyPair, userScopes } from '@edgeway/auth';
import { Home } from '@edgeway/contracts';
import { staticDiscovery } from '@edgeway/discovery';
import { startHttpService, type RunningHttp } from '@edgeway/service-kit/http';
import { createLogger } from '@edgeway/telemetry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startFakeService, type Behaviour, type FakeService } from '../testing/fake-service.ts';
import { homeRoutes } from './home-routes.ts';

let users: FakeService;
let orders: FakeService;
let bff: RunningHttp;
let authorization: string;

const productId = '5eed0000-0000-4000-8000-000000000001';
const price = { amount: 100, currency: 'EUR' };
const bodies: Record<string, unknown> = {
  '/api/v1/users/me': { id: productId, email: 'ada@example.com', displayName: 'Ada' },
  '/api/v1/orders': { items: [], nextCursor: null },
  '/api/v1/products': { items: [{ id: productId, sku: 'S', name: 'Mug', price, stock: 1 }], nextCursor: null },
};
const answering: Behaviour = (request, response) =>
  void response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(JSON.stringify(bodies[request.url!.split('?', 1)[0]!]));
const failing: Behaviour = (_request, response) => void response.writeHead(503).end('{}');
const deaf: Behaviour = () => undefined;

beforeAll(async () => {
  [users, orders] = await Promise.all([startFakeService(), startFakeService()]);
  const { privateJwk, publicJwk } = await generateKeyPair();
  const token = await createInternalTokenIssuer({ privateJwk }).issue({
    userId: 'ada',
    scopes: userScopes,
    sessionId: 's1',
  });
  authorization = `Bearer ${token}`;
  const log = createLogger({ name: 'mobile-bff', instance: 'test', level: 'silent' });
  const context = {
    name: 'mobile-bff',
    instance: 'mobile-bff-1',
    env: { EDGEWAY_LISTEN: '3000=127.0.0.1:0' },
    log,
    discovery: staticDiscovery({}),
    draining: new AbortController().signal,
  };
  const verifier = createInternalTokenVerifier({ publicJwk });
  const routes = homeRoutes({ verifier, log, users: users.service, orders: orders.service, deadlineMs: 300 });
  bff = await startHttpService(context, { port: 3000, routes });
});
beforeEach(() => {
  users.behave(answering);
  orders.behave(answering);
});
afterAll(async () => {
  await bff?.drain();
  await Promise.all([users?.stop(), orders?.stop()]);
});

const home = async (headers: Record<string, string> = { authorization }) => {
  const response = await fetch(`http://127.0.0.1:${bff.address.port}/mobile/v1/home`, { headers });
  const body: unknown = await response.json();
  return { status: response.status, headers: response.headers, body };
};

it('is one screen from three answers', async () => {
  const { status, body, headers } = await home();
  expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
  expect(Home.parse(body)).toEqual({
    greeting: 'Hello, Ada',
    recentOrders: [],
    recommendations: [{ id: productId, name: 'Mug', price }],
    complete: true,
  });
});

it('passes the identity and the request id on to every service', async () => {
  await home({ authorization, 'x-request-id': 'req-12345678' });
  const seen = [...users.seen, ...orders.seen].map(({ headers }) => [headers.authorization, headers['x-request-id']]);
  expect(seen).toEqual(Array.from({ length: 3 }, () => [authorization, 'req-12345678']));
});

it.each([
  ['fails', failing],
  ['does not answer in time', deaf],
  ['breaks its contract', ((_request, response) => void response.writeHead(200).end('{"id":1}')) satisfies Behaviour],
  [
    'sends half a body',
    ((_request, response) => response.writeHead(200).write('{', () => response.destroy())) satisfies Behaviour,
  ],
])('is partial, and says so, when one service %s', async (_how, behaviour) => {
  users.behave(behaviour);
  expect(await home()).toMatchObject({ status: 200, body: { greeting: 'Hello', complete: false } });
  users.behave(answering);
  orders.behave(behaviour);
  expect(await home()).toMatchObject({
    status: 200,
    body: { greeting: 'Hello, Ada', recentOrders: [], recommendations: [], complete: false },
  });
});

it('is 503 with Retry-After when no service answers', async () => {
  users.behave(failing);
  orders.behave(deaf);
  const { status, body, headers } = await home();
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  expect(body).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
});

it('asks no service on behalf of nobody', async () => {
  expect(await home({})).toMatchObject({ status: 401, body: { code: 'IDENTITY_MISSING' } });
  expect(await home({ authorization: 'Bearer forged' })).toMatchObject({
    status: 401,
    body: { code: 'IDENTITY_INVALID' },
  });
  expect([...users.seen, ...orders.seen]).toEqual([]);
});

import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer, Client } from '../client/client.ts';
import { until } from '../driver/until.ts';
import { newCustomer, signIn, type Customer } from '../client/customer.ts';
import { expectProblem } from '../client/expect-problem.ts';
import type { Home, Order, Overview, Page, Product, Tokens, User } from '../client/shapes.ts';

/** What the platform under test is to the journey. */
export interface Visited {
  readonly client: Client;
  readonly demoPassword: string;
}

const placeOrder = (client: Client, { tokens }: Customer, lines: object[], key: string = randomUUID()) =>
  client<Order>('POST /api/v1/orders', {
    token: tokens.accessToken,
    headers: { 'idempotency-key': key },
    body: { lines },
  });

/** The whole public face, as one customer meets it: every path, and every status it can answer with. */
export function journey(visit: () => Visited): void {
  let client: Client;
  let ada: Customer;
  let mug: Product;
  const asAda = (target: string, body?: object) => client(target, { token: ada.tokens.accessToken, body });

  beforeAll(async () => {
    ({ client } = visit());
    ada = await newCustomer(client, 'Ada King');
    const products = await client<Page<Product>>('GET /api/v1/products');
    mug = products.body.items.find(({ sku }) => sku.startsWith('MUG'))!;
  });

  describe('accounts', () => {
    it('registers: 201 with the account, and never again for the same address: 409', async () => {
      const body = { email: `  Once-${randomUUID()}@Example.com`, password: 'ten letters', displayName: 'Once' };
      const first = await client<User>('POST /api/v1/auth/register', { body });
      expect(first.status).toBe(201);
      expect(first.headers.get('location')).toBe('/api/v1/users/me');
      expect(first.body).toEqual({
        id: expect.any(String) as string,
        email: body.email.trim().toLowerCase(),
        displayName: 'Once',
      });
      expectProblem(await client('POST /api/v1/auth/register', { body }), 409, 'EMAIL_TAKEN');
    });

    it('names every fault of a body by its path: 400', async () => {
      const answer = await client('POST /api/v1/auth/register', {
        body: { email: 'ada', password: 'short', role: 'admin' },
      });
      const { errors } = expectProblem(answer, 400, 'BODY_INVALID');
      expect(errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(['email', 'password', 'displayName']));
    });

    it('refuses bodies that are no JSON: 400, another type: 415, too large: 413', async () => {
      const json = { 'content-type': 'application/json' };
      const target = 'POST /api/v1/auth/login';
      expectProblem(await client(target, { body: '{"email"', headers: json }), 400, 'BODY_INVALID');
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expectProblem(await client(target, { body: 'email=ada', headers: form }), 415, 'BODY_TYPE_UNSUPPORTED');
      const large = { email: 'x'.repeat(70_000), password: 'x' };
      expectProblem(await client(target, { body: large }), 413, 'BODY_TOO_LARGE');
    });

    it('signs in: 200 with a token pair; a wrong password and an unknown address answer the same: 401', async () => {
      const { email, password, tokens } = ada;
      expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: expect.any(Number) as number });
      const wrong = await client('POST /api/v1/auth/login', { body: { email, password: `${password}!` } });
      const unknown = await client('POST /api/v1/auth/login', { body: { email: 'no@example.com', password } });
      const [one, other] = [wrong, unknown].map((answer) => expectProblem(answer, 401, 'CREDENTIALS_INVALID'));
      expect({ ...one, requestId: '' }).toEqual({ ...other, requestId: '' });
    });

    it('shows and changes the own account: 200', async () => {
      expect((await asAda('GET /api/v1/users/me')).body).toEqual(ada.user);
      const renamed = await asAda('PATCH /api/v1/users/me', { displayName: 'Ada Lovelace' });
      expect([renamed.status, renamed.body]).toEqual([200, { ...ada.user, displayName: 'Ada Lovelace' }]);
      expectProblem(await asAda('PATCH /api/v1/users/me', {}), 400, 'BODY_INVALID');
    });

    it('lists all accounts to an admin: 200, to a user: 403', async () => {
      expectProblem(await asAda('GET /api/v1/users'), 403, 'SCOPE_MISSING');
      const { accessToken } = await signIn(client, 'ada@edgeway.example', visit().demoPassword);
      const page = await client<Page<User>>('GET /api/v1/users?limit=1', { token: accessToken });
      expect([page.status, page.body.items.length]).toEqual([200, 1]);
    });
  });

  describe('tokens', () => {
    it('are asked for with a challenge: 401 when missing, malformed, or another key signed them', async () => {
      const missing = await client('GET /api/v1/users/me');
      expectProblem(missing, 401, 'TOKEN_MISSING');
      expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer/);
      const [header, payload] = ada.tokens.accessToken.split('.');
      for (const token of ['garbage', `${header}.${payload}.${'A'.repeat(86)}`]) {
        const invalid = await client('GET /api/v1/users/me', { token });
        expectProblem(invalid, 401, 'TOKEN_INVALID');
        expect(invalid.headers.get('www-authenticate')).toMatch(/^Bearer.*error="invalid_token"/);
      }
    });

    it('can be verified by anyone with the published keys', async () => {
      const { status, body } = await client<{ keys: object[] }>('GET /.well-known/jwks.json');
      expect(status).toBe(200);
      expect(body.keys).toEqual([
        expect.objectContaining({ kty: 'OKP', crv: 'Ed25519', kid: expect.any(String) as string }),
      ]);
      expect(body.keys[0]).not.toHaveProperty('d');
    });

    it('refresh rotates them: 200 once; the used one again: 401, and the session is over', async () => {
      const customer = await newCustomer(client);
      const refresh = (refreshToken: string) => client<Tokens>('POST /api/v1/auth/refresh', { body: { refreshToken } });
      const next = await refresh(customer.tokens.refreshToken);
      expect(next.status).toBe(200);
      expect(next.body.refreshToken).not.toBe(customer.tokens.refreshToken);
      expect((await client('GET /api/v1/users/me', { token: next.body.accessToken })).status).toBe(200);
      expectProblem(await refresh(customer.tokens.refreshToken), 401, 'REFRESH_TOKEN_INVALID');
      expectProblem(await refresh(next.body.refreshToken), 401, 'REFRESH_TOKEN_INVALID');
    });

    it('end with logout: 204, and from then on neither token opens anything, on any gateway', async () => {
      const { tokens } = await newCustomer(client);
      const { accessToken: token, refreshToken } = tokens;
      expect((await client('POST /api/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
      for (let request = 0; request < 6; request += 1) {
        expectProblem(await client('GET /api/v1/users/me', { token }), 401, 'SESSION_REVOKED');
      }
      expectProblem(
        await client('POST /api/v1/auth/refresh', { body: { refreshToken } }),
        401,
        'REFRESH_TOKEN_INVALID',
      );
    });
  });

  describe('the catalogue', () => {
    it('is public and comes in pages: 200', async () => {
      const seen: Product[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const target: string = `GET /api/v1/products?limit=5${cursor && `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: Answer<Page<Product>> = await client<Page<Product>>(target);
        expect(page.status).toBe(200);
        seen.push(...page.body.items);
        cursor = page.body.nextCursor;
      }
      expect(seen.length).toBeGreaterThan(5);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      const one = await client<Product>(`GET /api/v1/products/${mug.id}`);
      expect(one.body).toMatchObject({ id: mug.id, price: mug.price });
    });

    it('refuses what is not there: 404, and a page out of bounds: 400', async () => {
      expectProblem(await client(`GET /api/v1/products/${randomUUID()}`), 404, 'PRODUCT_NOT_FOUND');
      expectProblem(await client('GET /api/v1/products?limit=101'), 400, 'QUERY_INVALID');
      expectProblem(await client('GET /api/v1/products?cursor=bogus'), 400, 'CURSOR_INVALID');
    });
  });

  describe('orders', () => {
    it('are placed once per key: 201 with Location; a replay answers the same; another payload: 422', async () => {
      const key = randomUUID();
      const lines = [{ productId: mug.id, quantity: 2 }];
      const placed = await placeOrder(client, ada, lines, key);
      expect(placed.status, JSON.stringify(placed.body)).toBe(201);
      expect(placed.headers.get('location')).toBe(`/api/v1/orders/${placed.body.id}`);
      expect(placed.body).toMatchObject({
        status: 'placed',
        lines: [{ productId: mug.id, name: mug.name, quantity: 2, unitPrice: mug.price }],
        total: { amount: mug.price.amount * 2, currency: mug.price.currency },
      });
      const replay = await placeOrder(client, ada, lines, key);
      expect([replay.status, replay.body]).toEqual([placed.status, placed.body]);
      const other = await placeOrder(client, ada, [{ productId: mug.id, quantity: 3 }], key);
      expectProblem(other, 422, 'IDEMPOTENCY_KEY_REUSED');
    });

    it('need a key: 400, valid lines: 400, a product: 422, and stock: 409', async () => {
      const lines = [{ productId: mug.id, quantity: 1 }];
      expectProblem(await asAda('POST /api/v1/orders', { lines }), 400, 'IDEMPOTENCY_KEY_MISSING');
      const { errors } = expectProblem(
        await placeOrder(client, ada, [{ productId: mug.id, quantity: 0 }]),
        400,
        'BODY_INVALID',
      );
      expect(errors?.map(({ path }) => path)).toEqual(['lines[0].quantity']);
      const unknown = await placeOrder(client, ada, [{ productId: randomUUID(), quantity: 1 }]);
      expectProblem(unknown, 422, 'PRODUCT_UNKNOWN');
      const { items } = (await client<Page<Product>>('GET /api/v1/products?limit=100')).body;
      const rare = items.toSorted((a, b) => a.stock - b.stock)[0]!;
      const tooMany = await placeOrder(client, ada, [{ productId: rare.id, quantity: rare.stock + 1 }]);
      expectProblem(tooMany, 409, 'OUT_OF_STOCK');
    });

    it('are seen by their owner: 200, newest first, and by nobody else: 404', async () => {
      const { body: order } = await placeOrder(client, ada, [{ productId: mug.id, quantity: 1 }]);
      const list = await client<Page<Order>>('GET /api/v1/orders?limit=1', { token: ada.tokens.accessToken });
      expect(list.body.items).toEqual([order]);
      expect((await asAda(`GET /api/v1/orders/${order.id}`)).body).toEqual(order);
      const { tokens } = await newCustomer(client);
      const asOther = { token: tokens.accessToken };
      expectProblem(await client(`GET /api/v1/orders/${order.id}`, asOther), 404, 'ORDER_NOT_FOUND');
      expectProblem(await client(`POST /api/v1/orders/${order.id}/cancel`, asOther), 404, 'ORDER_NOT_FOUND');
      expectProblem(await client(`GET /api/v1/orders/${order.id}`), 401, 'TOKEN_MISSING');
    });

    it('can be cancelled: 200, and again without effect', async () => {
      const { body: order } = await placeOrder(client, ada, [{ productId: mug.id, quantity: 1 }]);
      for (let time = 0; time < 2; time += 1) {
        const cancelled = await asAda(`POST /api/v1/orders/${order.id}/cancel`);
        expect([cancelled.status, cancelled.body]).toEqual([200, { ...order, status: 'cancelled' }]);
      }
    });
  });

  describe('merged answers', () => {
    it('overview: the profile and the newest orders in one request', async () => {
      const { status, body } = await client<Overview>('GET /api/v1/overview', { token: ada.tokens.accessToken });
      expect(status).toBe(200);
      expect(body).toMatchObject({ profile: { id: ada.user.id, email: ada.email }, complete: true });
      expect(body.orders.items.length).toBeGreaterThan(0);
      expectProblem(await client('GET /api/v1/overview'), 401, 'TOKEN_MISSING');
    });

    it('home: the screen of a phone in one request', async () => {
      const { status, body } = await client<Home>('GET /mobile/v1/home', { token: ada.tokens.accessToken });
      expect([status, body.complete]).toEqual([200, true]);
      expect(body.greeting).toContain('Ada');
      expect(body.recentOrders.length).toBeGreaterThan(0);
      expect(body.recommendations.length).toBeGreaterThan(0);
      expectProblem(await client('GET /mobile/v1/home'), 401, 'TOKEN_MISSING');
    });
  });

  describe('every answer', () => {
    it('is a problem where there is no route: 404, or another method: 405 with Allow', async () => {
      expectProblem(await client('GET /api/v1/nowhere'), 404, 'ROUTE_NOT_FOUND');
      expectProblem(await client('GET /internal/sessions/1'), 404, 'ROUTE_NOT_FOUND');
      const wrong = await client('DELETE /api/v1/orders', { token: ada.tokens.accessToken });
      expectProblem(wrong, 405, 'METHOD_NOT_ALLOWED');
      expect(wrong.headers.get('allow')?.split(/, */).toSorted()).toEqual(expect.arrayContaining(['GET', 'POST']));
    });

    it("carries a request id of the platform's own, another one each time", async () => {
      const headers = { 'x-request-id': 'chosen-by-the-client' };
      const ids = new Set<string | null>();
      for (let request = 0; request < 3; request += 1) {
        ids.add((await client('GET /api/v1/products', { headers })).headers.get('x-request-id'));
      }
      expect(ids.size).toBe(3);
      expect(ids).not.toContain(null);
      expect(ids).not.toContain('chosen-by-the-client');
    });

    it('comes from every replica in turn, and says from which', async () => {
      const servers = async (target: string) => {
        const names = new Set<string | null>();
        for (let request = 0; request < 12; request += 1) {
          const answer = await client(target, { token: ada.tokens.accessToken });
          names.add(answer.headers.get('x-served-by'));
        }
        return names;
      };
      for (const target of ['GET /api/v1/users/me', 'GET /api/v1/orders', 'GET /mobile/v1/home']) {
        // A replica that was slow to its first probe joins a little later.
        const names = await until(`both replicas answer ${target}`, async () => {
          const seen = await servers(target);
          return seen.size === 2 ? seen : undefined;
        });
        expect(names, target).not.toContain(null);
      }
    });

    it('says how much of the limit is left', async () => {
      const left = async () => {
        const { headers } = await asAda('GET /api/v1/users/me');
        expect(headers.get('ratelimit-policy')).toMatch(/^"user";q=600;w=60/);
        return Number(/^"user";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]);
      };
      const first = await left();
      expect(first).toBeGreaterThan(0);
      expect(await left()).toBeLessThan(first);
    });
  });

  // Last: it leaves no sign-in to this address for a minute.
  it('the 31st sign-in of a minute is refused, whichever gateway meets it: 429 with Retry-After', async () => {
    let allowed = 0;
    let refused: Answer | undefined;
    // Twice the limit and one more: at most one window ends on the way.
    while (refused === undefined && allowed <= 61) {
      const answer = await client('POST /api/v1/auth/refresh', { body: { refreshToken: 'unknown' } });
      if (answer.status === 429) refused = answer;
      else allowed += 1;
    }
    expect(allowed).toBeLessThanOrEqual(60);
    expectProblem(refused!, 429, 'RATE_LIMITED');
    expect(Number(refused!.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused!.headers.get('ratelimit')).toMatch(/^"auth";r=0;t=\d+$/);
    expect(refused!.headers.get('ratelimit-policy')).toMatch(/^"auth";q=30;w=60/);
  });
}

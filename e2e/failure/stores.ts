import { beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Answer, type Client } from '../client/client.ts';
import { newCustomer, type Customer } from '../client/customer.ts';
import { expectProblem } from '../client/expect-problem.ts';
import type { Stack } from '../driver/stack.ts';
import { until } from '../driver/until.ts';

/** Redis may be gone for as long as it likes; without PostgreSQL the platform says so, and recovers. */
export function storeFailures(running: () => Stack): void {
  let stack: Stack;
  let client: Client;
  let customer: Customer;
  const me = (token = customer.tokens.accessToken) => client('GET /api/v1/users/me', { token });

  beforeAll(async () => {
    stack = running();
    client = createClient(stack.url);
    customer = await newCustomer(client);
  });

  describe('Redis stopped', () => {
    it('fails nothing: requests are served, logout still ends a session at once, limits still hold', async () => {
      await stack.stopService('redis');
      try {
        for (let request = 0; request < 10; request += 1) expect((await me()).status).toBe(200);
        const leaving = await newCustomer(client);
        const { refreshToken, accessToken } = leaving.tokens;
        expect((await client('POST /api/v1/auth/logout', { body: { refreshToken } })).status).toBe(204);
        for (let request = 0; request < 4; request += 1) expectProblem(await me(accessToken), 401, 'SESSION_REVOKED');
        expect((await me()).headers.get('ratelimit')).not.toBeNull();
        await stack.startService('redis');
        await until('Redis is used again', async () => ((await me()).status === 200 ? true : undefined));
        // Told again by user-svc: Redis came back without a memory.
        for (let request = 0; request < 20; request += 1) expectProblem(await me(accessToken), 401, 'SESSION_REVOKED');
      } finally {
        await stack.startService('redis');
      }
    });
  });

  describe('PostgreSQL stopped', () => {
    it('answers 503 with Retry-After while it is gone, never hangs, and serves again once it is back', async () => {
      // Just after Redis came back a gateway asks for the session first, and says that it cannot.
      const named = (what: string, ask: () => Promise<Answer>) =>
        until(`${what} says what is missing`, async () => {
          const seen = await ask();
          expect([200, 201, 503], JSON.stringify(seen.body)).toContain(seen.status);
          return (seen.body as { code?: string }).code === 'DATABASE_UNAVAILABLE' ? seen : undefined;
        });
      const order = () =>
        client('POST /api/v1/orders', {
          token: customer.tokens.accessToken,
          headers: { 'idempotency-key': 'while-it-is-gone' },
          body: { lines: [{ productId: '5eed0000-0000-4000-8000-000000000001', quantity: 1 }] },
        });
      await stack.stopService('postgres');
      try {
        for (let request = 0; request < 4; request += 1)
          expect((await client('GET /mobile/v1/home', { token: customer.tokens.accessToken })).status).toBe(503);
        expect((await stack.instances('mobile-bff')).length).toBe(2);
        for (const answer of [await named('a profile', () => me()), await named('an order', order)]) {
          expectProblem(answer, 503, 'DATABASE_UNAVAILABLE');
          expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        }
      } finally {
        await stack.startService('postgres');
      }
      await until('PostgreSQL is used again', async () => ((await me()).status === 200 ? true : undefined));
      for (let request = 0; request < 6; request += 1) expect((await me()).status).toBe(200);
    });
  });
}

import { randomUUID } from 'node:crypto';
import { Order, pageOf } from '@edgeway/contracts';
import { startPostgres, type TestPostgres } from '@edgeway/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seedCatalogue } from './store/seed-catalogue.ts';
import { startReplicas, type Answer, type Caller, type OrderReplicas } from './testing/order-replicas.ts';

let postgres: TestPostgres;
let service: OrderReplicas;

beforeAll(async () => {
  postgres = await startPostgres();
  service = await startReplicas(await postgres.createDatabase('orders'));
});
afterAll(async () => {
  await service?.stop();
  await postgres?.stop();
});

const [lamp, mug, notebook, pen, bag, clock, kettle] = seedCatalogue.map(({ id }) => id) as [string, ...string[]] &
  string[];
const one = (productId: string, quantity = 1) => [{ productId, quantity }];
const placed = (answer: Answer): Order => {
  expect(answer.status).toBe(201);
  return Order.parse(answer.body);
};
const codes = (answers: readonly Answer[]): unknown[] =>
  answers.map(({ status, body }) => (status < 300 ? status : (body as { code: string }).code));
const all = (count: number, work: (index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('placing an order', () => {
  it('answers 201 with the order, its total and where it is', async () => {
    const user = await service.as();
    const answer = await user.order([...one(lamp, 2), ...one(mug!), ...one(mug!, 2)]);
    const order = placed(answer);
    expect(order).toMatchObject({ status: 'placed', total: { amount: 2 * 4900 + 3 * 1450, currency: 'EUR' } });
    expect(order.lines.map(({ quantity }) => quantity)).toEqual([2, 3]);
    expect(answer.headers.get('location')).toBe(`/api/v1/orders/${order.id}`);
    expect((await user.get(`/api/v1/orders/${order.id}`)).body).toEqual(answer.body);
  });

  it('never sells more than there is: of 50 buyers at once for 10 pieces, 10 buy', async () => {
    await service.stock(kettle!, 10);
    const buyers = await Promise.all(Array.from({ length: 50 }, () => service.as()));
    const outcomes = codes(await all(50, (index) => buyers[index]!.order(one(kettle!))));
    expect(outcomes.filter((outcome) => outcome === 201)).toHaveLength(10);
    expect(outcomes.filter((outcome) => outcome === 'OUT_OF_STOCK')).toHaveLength(40);
    expect(await service.stockOf(kettle!)).toBe(0);
  });

  it('takes nothing when one line cannot be had', async () => {
    await service.stock(clock!, 5);
    const user = await service.as();
    const before = await service.stockOf(lamp);
    expect(codes([await user.order([...one(lamp), ...one(clock!, 6)])])).toEqual(['OUT_OF_STOCK']);
    expect(codes([await user.order([...one(lamp), ...one(randomUUID())])])).toEqual(['PRODUCT_UNKNOWN']);
    expect(await service.stockOf(lamp)).toBe(before);
    expect(await service.stockOf(clock!)).toBe(5);
  });

  it('does not deadlock when orders and cancellations name the same products crosswise', async () => {
    const user = await service.as();
    const forward = [pen!, bag!, notebook!].flatMap((id) => one(id));
    const stocks = () => Promise.all([pen!, bag!, notebook!].map((id) => service.stockOf(id)));
    const before = await stocks();
    const answers = await all(40, (index) => user.order(index % 2 === 0 ? forward : forward.toReversed()));
    const orders = answers.map(placed);
    const cancelled = await all(40, (index) => user.cancel(orders[index]!.id));
    expect(new Set(codes(cancelled))).toEqual(new Set([200]));
    expect(await stocks()).toEqual(before);
  });

  it('refuses what is not an order, a missing key and a faulty key', async () => {
    const user = await service.as();
    expect(codes([await user.order([]), await user.order(one(lamp, 101)), await user.order(one('lamp'))])).toEqual(
      Array.from({ length: 3 }, () => 'BODY_INVALID'),
    );
    expect(codes([await user.order(one(lamp), null)])).toEqual(['IDEMPOTENCY_KEY_MISSING']);
    expect(codes([await user.order(one(lamp), 'two words')])).toEqual(['IDEMPOTENCY_KEY_INVALID']);
  });
});

describe('an Idempotency-Key', () => {
  const answerOf = ({ status, headers, body }: Answer) => ({ status, body, location: headers.get('location') });

  it('places one order however many requests race under it; the others get its answer or 409', async () => {
    const user = await service.as();
    const key = randomUUID();
    const outcomes = await all(20, () => user.order(one(mug!), key));
    const orders = outcomes.filter(({ status }) => status === 201);
    expect(new Set(orders.map(({ body }) => (body as Order).id)).size).toBe(1);
    expect(
      codes(outcomes.filter(({ status }) => status !== 201)).every((code) => code === 'IDEMPOTENCY_IN_FLIGHT'),
    ).toBe(true);
    const { items } = pageOf(Order).parse((await user.get('/api/v1/orders')).body);
    expect(items).toHaveLength(1);
  });

  it('brings back the first answer, also after the order was cancelled, and sells nothing again', async () => {
    const user = await service.as();
    const key = randomUUID();
    const first = await user.order(one(bag!, 2), key);
    const left = await service.stockOf(bag!);
    expect(answerOf(await user.order([...one(bag!), ...one(bag!)], key))).toEqual(answerOf(first));
    expect(await service.stockOf(bag!)).toBe(left);
    await user.cancel(placed(first).id);
    expect(answerOf(await user.order(one(bag!, 2), key))).toEqual(answerOf(first));
  });

  it('answers 422 to another payload, and belongs to one user', async () => {
    const [ada, bob] = [await service.as(), await service.as()];
    const key = randomUUID();
    const { id } = placed(await ada.order(one(pen!), key));
    expect(codes([await ada.order(one(pen!, 2), key)])).toEqual(['IDEMPOTENCY_KEY_REUSED']);
    expect(placed(await bob.order(one(pen!, 2), key)).id).not.toBe(id);
  });

  it('may be tried again after an attempt that failed', async () => {
    const user = await service.as();
    const key = randomUUID();
    await service.stock(clock!, 0);
    expect(codes([await user.order(one(clock!), key)])).toEqual(['OUT_OF_STOCK']);
    await service.stock(clock!, 1);
    placed(await user.order(one(clock!), key));
  });
});

describe('cancelling', () => {
  it('puts the pieces back once, however often and at once it is asked', async () => {
    const user = await service.as();
    const before = await service.stockOf(notebook!);
    const order = placed(await user.order(one(notebook!, 7)));
    const answers = await all(10, () => user.cancel(order.id));
    for (const { status, body } of answers)
      expect({ status, body }).toEqual({ status: 200, body: { ...order, status: 'cancelled' } });
    expect(await service.stockOf(notebook!)).toBe(before);
  });
});

describe("a user's orders", () => {
  it('do not exist for anyone else', async () => {
    const [owner, other] = [await service.as(), await service.as()];
    const { id } = placed(await owner.order(one(lamp)));
    const answers = [
      await other.get(`/api/v1/orders/${id}`),
      await other.cancel(id),
      await owner.get('/api/v1/orders/1'),
    ];
    expect(codes(answers)).toEqual(['ORDER_NOT_FOUND', 'ORDER_NOT_FOUND', 'ORDER_NOT_FOUND']);
    expect((await other.get('/api/v1/orders')).body).toEqual({ items: [], nextCursor: null });
    expect((await owner.get(`/api/v1/orders/${id}`)).body).toMatchObject({ status: 'placed' });
  });

  it('need an identity and the scope', async () => {
    expect(codes([await service.anonymous('/api/v1/orders')])).toEqual(['IDENTITY_MISSING']);
    const reader = await service.as({ scopes: ['orders:read'] });
    expect(codes([await reader.order(one(lamp)), await reader.cancel(randomUUID())])).toEqual([
      'SCOPE_MISSING',
      'SCOPE_MISSING',
    ]);
    const writer = await service.as({ scopes: ['orders:write'] });
    expect(codes([await writer.get('/api/v1/orders'), await writer.get(`/api/v1/orders/${randomUUID()}`)])).toEqual([
      'SCOPE_MISSING',
      'SCOPE_MISSING',
    ]);
  });

  it('come newest first, and pages of any size hold each of them exactly once', async () => {
    const user = await service.as();
    await all(23, () => user.order(one(mug!)));
    const whole = await walk(user, 100);
    expect(whole).toHaveLength(23);
    expect(whole.map(({ createdAt }) => createdAt)).toEqual(
      whole
        .map(({ createdAt }) => createdAt)
        .toSorted()
        .toReversed(),
    );
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
        expect(await walk(user, limit)).toEqual(whole);
      }),
      { numRuns: 8 },
    );
  });

  it.each(['x', Buffer.from('["2026-13-45 99:99","5eed0000-0000-4000-8000-000000000001"]').toString('base64url')])(
    'refuse the cursor %s',
    async (cursor) => {
      const user = await service.as();
      expect(codes([await user.get(`/api/v1/orders?cursor=${cursor}`)])).toEqual(['CURSOR_INVALID']);
    },
  );
});

async function walk(user: Caller, limit: number): Promise<Order[]> {
  const orders: Order[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = `limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const page: { items: Order[]; nextCursor: string | null } = pageOf(Order).parse(
      (await user.get(`/api/v1/orders?${query}`)).body,
    );
    orders.push(...page.items);
    cursor = page.nextCursor;
  }
  return orders;
}

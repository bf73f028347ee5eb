import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Client } from '../client/client.ts';
import type { Customer } from '../client/customer.ts';
import type { Order } from '../client/shapes.ts';

/** What customers met while something broke. */
export interface LoadReport {
  /** Safe requests that were asked once. */
  readonly safe: number;
  /** Those of them that did not answer 200, each with what happened instead. */
  readonly failed: readonly string[];
  /** Orders the platform acknowledged, by customer. */
  readonly placed: ReadonlyMap<Customer, readonly Order[]>;
  /** Orders that had to be asked for again, with the same key. */
  readonly retried: number;
}

export interface Load {
  /** Settles when every customer has made `rounds` more rounds: the load has seen what was done before. */
  pass(rounds: number): Promise<void>;
  /** Ends the load when what it has begun is answered. */
  stop(): Promise<LoadReport>;
}

/** A pause between the requests of one customer, so that the load finds faults and not the machine's limits. */
const thinkMs = 15;

/**
 * Customers who look around and order one piece of `productId` each round, until stopped. They do as
 * the documentation says: a safe request is asked once, an order is asked again under its key until
 * it is acknowledged.
 */
export function startLoad(client: Client, customers: readonly Customer[], productId: string): Load {
  const failed: string[] = [];
  const placed = new Map(customers.map((customer) => [customer, [] as Order[]]));
  const rounds = customers.map(() => 0);
  let safe = 0;
  let retried = 0;
  const stopping = new AbortController();

  const look = async (target: string, customer: Customer) => {
    safe += 1;
    const answer = await settle(client(target, { token: customer.tokens.accessToken }));
    if (answer.status !== 200) failed.push(`${new Date().toISOString()} ${target}: ${describe(answer)}`);
  };
  const order = async (customer: Customer) => {
    const ask = {
      token: customer.tokens.accessToken,
      headers: { 'idempotency-key': randomUUID() },
      body: { lines: [{ productId, quantity: 1 }] },
    };
    for (let attempt = 0; attempt < 100; attempt += 1) {
      const answer = await settle(client<Order>('POST /api/v1/orders', ask));
      if (answer.status === 201) return void placed.get(customer)!.push(answer.body as Order);
      if (answer.status < 500 && answer.status !== 409) throw new Error(`POST /api/v1/orders: ${describe(answer)}`);
      retried += 1;
      await wait(100);
    }
    throw new Error('an order was not acknowledged within 100 attempts');
  };
  const shop = async (customer: Customer, index: number) => {
    while (!stopping.signal.aborted) {
      for (const target of ['GET /api/v1/products', 'GET /api/v1/users/me', 'GET /api/v1/orders?limit=5']) {
        await look(target, customer);
        await wait(thinkMs);
      }
      await look(rounds[index]! % 2 === 0 ? 'GET /api/v1/overview' : 'GET /mobile/v1/home', customer);
      await order(customer);
      rounds[index]! += 1;
    }
  };
  const shopping = Promise.all(customers.map(shop));

  return {
    async pass(more) {
      const goal = rounds.map((done) => done + more);
      const passed = async () => {
        while (rounds.some((done, index) => done < goal[index]!)) await wait(20);
      };
      await Promise.race([passed(), shopping]);
    },
    async stop() {
      stopping.abort();
      await shopping;
      return { safe, failed, placed, retried };
    },
  };
}

/** A lost connection is an outcome too: status 599. */
async function settle<T>(answer: Promise<Answer<T>>): Promise<Answer> {
  return answer.catch((error: unknown) => {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return { status: 599, headers: new Headers(), body: { code: String(cause) } };
  });
}

function describe({ status, body, headers }: Answer): string {
  const { code, requestId } = (body ?? {}) as { code?: string; requestId?: string };
  return `${status} ${code ?? ''} from ${headers.get('x-served-by')}, request ${requestId}`;
}

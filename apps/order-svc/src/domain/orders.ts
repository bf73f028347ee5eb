import { createHash } from 'node:crypto';
import type { Order, Page, PlaceOrder } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import { mergeLines, type Wanted } from './order-lines.ts';

export interface Placement {
  readonly userId: string;
  readonly key: string;
  readonly requestHash: Buffer;
  /** Sorted by product id. */
  readonly wanted: readonly Wanted[];
}

export interface OrderStore {
  /** Key, stock and order change together or not at all. */
  place(placement: Placement): Promise<Order>;
  list(userId: string, limit: number, cursor: string | undefined): Promise<Page<Order>>;
  byId(userId: string, id: string): Promise<Order | undefined>;
  cancel(userId: string, id: string): Promise<Order | undefined>;
}

export interface Orders {
  /**
   * Places an order once per user and key, however often it is asked: a repeat gets the first answer.
   *
   * @throws CodedError OUT_OF_STOCK, PRODUCT_UNKNOWN, IDEMPOTENCY_KEY_REUSED (another payload under
   *   the same key), IDEMPOTENCY_IN_FLIGHT (the first is still at work).
   */
  place(userId: string, key: string, request: PlaceOrder): Promise<Order>;
  /** Newest first, the user's own. */
  list(userId: string, limit: number, cursor: string | undefined): Promise<Page<Order>>;
  /** @throws CodedError ORDER_NOT_FOUND, also for another user's: whether it exists is not theirs to know. */
  get(userId: string, id: string): Promise<Order>;
  /** Gives the stock back, once; cancelling again answers the same. */
  cancel(userId: string, id: string): Promise<Order>;
}

export function createOrders({ store }: { readonly store: OrderStore }): Orders {
  return {
    async place(userId, key, request) {
      const wanted = mergeLines(request);
      const requestHash = createHash('sha256').update(JSON.stringify(wanted)).digest();
      return store.place({ userId, key, requestHash, wanted });
    },
    list: (userId, limit, cursor) => store.list(userId, limit, cursor),
    get: async (userId, id) => found(await store.byId(userId, id)),
    cancel: async (userId, id) => found(await store.cancel(userId, id)),
  };
}

function found(order: Order | undefined): Order {
  if (order === undefined) throw new CodedError('ORDER_NOT_FOUND');
  return order;
}

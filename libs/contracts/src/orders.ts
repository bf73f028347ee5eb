import { z } from 'zod';
import { Money } from './money.ts';

export const PlaceOrder = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        productId: z.uuid('must be a product id'),
        quantity: z.number().int('must be a whole number').min(1, 'must be at least 1').max(100, 'must be at most 100'),
      }),
    )
    .min(1, 'must hold at least one line')
    .max(50, 'must hold at most 50 lines'),
});
export type PlaceOrder = z.infer<typeof PlaceOrder>;

export const OrderLine = z.object({
  productId: z.uuid(),
  name: z.string(),
  quantity: z.number().int().positive(),
  /** The price at the time of the order. */
  unitPrice: Money,
});
export type OrderLine = z.infer<typeof OrderLine>;

export const OrderStatus = z.enum(['placed', 'cancelled']);
export type OrderStatus = z.infer<typeof OrderStatus>;

export const Order = z.object({
  id: z.uuid(),
  status: OrderStatus,
  lines: z.array(OrderLine),
  total: Money,
  createdAt: z.iso.datetime(),
});
export type Order = z.infer<typeof Order>;

/** Idempotency-Key (IETF draft): opaque to the server; bounded, visible ASCII. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters');

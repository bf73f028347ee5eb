import { z } from 'zod';
import { Money } from './money.ts';
import { Order, OrderStatus } from './orders.ts';
import { User } from './users.ts';

/** The gateway's merge of profile and orders. `complete` is false when a part did not answer in time. */
export const Overview = z.object({
  profile: User,
  orders: z.object({ items: z.array(Order) }),
  complete: z.boolean(),
});
export type Overview = z.infer<typeof Overview>;

/** The phone's first screen: short texts, few fields, one request. */
export const Home = z.object({
  greeting: z.string(),
  recentOrders: z.array(z.object({ id: z.uuid(), status: OrderStatus, total: Money, itemCount: z.number().int() })),
  recommendations: z.array(z.object({ id: z.uuid(), name: z.string(), price: Money })),
  complete: z.boolean(),
});
export type Home = z.infer<typeof Home>;

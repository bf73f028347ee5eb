import { z } from 'zod';
import { Money } from './money.ts';

export const Product = z.object({
  id: z.uuid(),
  sku: z.string(),
  name: z.string(),
  price: Money,
  /** Pieces that can be ordered now. */
  stock: z.number().int().nonnegative(),
});
export type Product = z.infer<typeof Product>;

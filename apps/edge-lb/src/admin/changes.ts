import { z } from 'zod';
import { PoolConfig } from '../config/pool.ts';

/** Of a pool. What a file may say of a strategy; but none is not the default one, as it is there. */
export const PoolChange = z.strictObject({ strategy: PoolConfig.shape.strategy.unwrap() });

/** Of an endpoint. */
export const EndpointChange = z
  .strictObject({
    draining: z.boolean('must be true or false').optional(),
    // As in config/pool.ts.
    weight: z.number('must be a number').positive('must be > 0').max(1000, 'must be at most 1000').optional(),
  })
  .refine(({ draining, weight }) => draining !== undefined || weight !== undefined, 'must hold draining or weight');

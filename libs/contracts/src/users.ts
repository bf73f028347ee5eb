import { z } from 'zod';
import { DisplayName } from './auth.ts';

export const User = z.object({ id: z.uuid(), email: z.string(), displayName: z.string() });
export type User = z.infer<typeof User>;

/** What one may change about oneself. At least one field. */
export const UpdateUser = z
  .strictObject({ displayName: DisplayName.optional() })
  .refine((changes) => Object.keys(changes).length > 0, 'must change at least one field');
export type UpdateUser = z.infer<typeof UpdateUser>;

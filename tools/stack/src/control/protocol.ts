import { z } from 'zod';

/** How `npm run stack` finds the running stack. Mode 0600: who can read it may command the stack. */
export const ControlFile = z.object({ pid: z.number(), port: z.number(), token: z.string() });
export type ControlFile = z.infer<typeof ControlFile>;

/** What can be asked of a running stack. */
export const Command = z.discriminatedUnion('name', [
  z.object({ name: z.literal('ps') }),
  z.object({ name: z.literal('scale'), service: z.string(), replicas: z.number().int().min(0).max(20) }),
  z.object({ name: z.literal('kill'), target: z.string(), signal: z.string() }),
  z.object({ name: z.literal('stop'), target: z.string().optional() }),
  z.object({ name: z.literal('start'), target: z.string() }),
]);
export type Command = z.infer<typeof Command>;

export const Row = z.object({
  instance: z.string(),
  service: z.string(),
  state: z.string(),
  pid: z.number().nullable(),
  port: z.number(),
  restarts: z.number(),
});
export type Row = z.infer<typeof Row>;

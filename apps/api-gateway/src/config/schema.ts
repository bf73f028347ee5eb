import { z } from 'zod';
import { crossChecks } from './cross-checks.ts';

// multipleOf(1) and not int(): a fault of that kind would keep crossChecks from running.
const wholeNumber = (least: number) =>
  z.number('must be a whole number').multipleOf(1, 'must be a whole number').min(least, `must be >= ${least}`);
const milliseconds = z
  .number('must be a number of milliseconds')
  .multipleOf(1, 'must be a whole number')
  .min(1, 'must be > 0')
  .max(60_000, 'must be at most 60000');

const Limit = z.strictObject({
  per: z.enum(['address', 'user'], 'must be address or user').describe('What is counted.'),
  points: wholeNumber(1).describe('Requests in a window.'),
  windowSeconds: wholeNumber(1).default(60).describe('Default 60 s.'),
  onStoreFailure: z
    .enum(['local', 'allow', 'deny'], 'must be local, allow or deny')
    .describe('While Redis does not answer: count alone, let pass, or refuse.'),
});

const Service = z.strictObject({
  port: wholeNumber(1).max(65_535).default(3000).describe('Inside its container. Default 3000.'),
  timeoutMs: milliseconds.default(5000).describe('Until an answer begins. Default 5000 ms.'),
});

const Part = z.strictObject({
  from: z.string().describe('The service that has this part.'),
  path: z.string().startsWith('/', 'must be a path'),
  deadlineMs: milliseconds.default(800).describe('After which the part is left out. Default 800 ms.'),
  required: z.boolean().default(false).describe('Without this part there is no answer. Default false.'),
  otherwise: z.json().default(null).describe('Stands in for a part that is left out. Default null.'),
});

const Route = z.strictObject({
  match: z.string().describe('METHOD /path; `:name` is one segment.'),
  to: z.string().optional().describe('The service that answers.'),
  merge: z.record(z.string(), Part).optional().describe('Or: parts asked for at once, merged into one answer.'),
  access: z
    .literal('public', 'must be public, or absent')
    .optional()
    .describe('Without a token. Every other route needs one.'),
  scopes: z.array(z.string()).default([]).describe('Scopes the token must have.'),
  limit: z.string().optional().describe('One of `limits`.'),
  idempotencyKey: z.literal('required').optional().describe('Refuses requests without an Idempotency-Key.'),
});

const Issuer = z.strictObject({
  issuer: z.url('must be a URL').describe('Must equal `iss`.'),
  audience: z.string().min(1).describe('Must be in `aud`.'),
  jwks: z
    .strictObject({ from: z.string(), path: z.string().startsWith('/') })
    .describe('Where the keys are published.'),
});

const Shape = z.strictObject({
  issuer: Issuer,
  limits: z.record(z.string(), Limit),
  routes: z.array(Route).min(1, 'must hold at least one route'),
  services: z.record(z.string(), Service),
  via: z.string().default('').describe('The balancer all calls go through; empty: straight to the services.'),
  viaPort: wholeNumber(1).max(65_535).default(3000).describe('Default 3000.'),
  trustedHops: wholeNumber(0)
    .max(10, 'must be at most 10')
    .default(0)
    .describe('How many proxies in front are believed about the client. Default 0.'),
  maxBodyBytes: wholeNumber(1).default(1_048_576).describe('Default 1 MiB.'),
});

/** gateway.yaml: who may do what, how often, and where it goes. */
export const GatewayConfig = Shape.superRefine(crossChecks, { when: () => true });

export type GatewayConfig = z.infer<typeof Shape>;
export type RouteConfig = GatewayConfig['routes'][number];

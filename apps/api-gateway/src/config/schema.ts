import { unknownName } from '@edgeway/config';
import { z } from 'zod';
import { parsePattern } from '../routing/pattern.ts';

const wholeNumber = (least: number) =>
  z.number('must be a whole number').int('must be a whole number').min(least, `must be >= ${least}`);
const milliseconds = z
  .number('must be a number of milliseconds')
  .int('must be a whole number')
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

type Draft = z.infer<typeof Shape>;
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
export const GatewayConfig = Shape.superRefine((config, context) => {
  const fault = (path: PropertyKey[], message: string): void => context.addIssue({ code: 'custom', path, message });
  const services = Object.keys(config.services);
  const known = (name: string, path: PropertyKey[]): void => {
    if (!services.includes(name)) fault(path, unknownName('service', name, services));
  };
  known(config.issuer.jwks.from, ['issuer', 'jwks', 'from']);
  const taken = new Map<string, number>();
  config.routes.forEach((route, i) => {
    checkRoute(route, ['routes', i], Object.keys(config.limits), config.limits, fault, known);
    const pattern = parsePattern(route.match);
    if (pattern === undefined) return fault(['routes', i, 'match'], `must be "METHOD /path", got "${route.match}"`);
    const shape = `${pattern.method} ${pattern.segments.map((segment) => (segment.startsWith(':') ? ':' : segment)).join('/')}`;
    const earlier = taken.get(shape);
    if (earlier !== undefined) fault(['routes', i, 'match'], `${route.match} is already taken by routes[${earlier}]`);
    taken.set(shape, i);
  });
});

function checkRoute(
  route: Draft['routes'][number],
  at: PropertyKey[],
  limitNames: readonly string[],
  limits: Draft['limits'],
  fault: (path: PropertyKey[], message: string) => void,
  known: (name: string, path: PropertyKey[]) => void,
): void {
  if ((route.to === undefined) === (route.merge === undefined)) fault(at, 'needs either `to` or `merge`');
  if (route.to !== undefined) known(route.to, [...at, 'to']);
  for (const [part, { from }] of Object.entries(route.merge ?? {})) known(from, [...at, 'merge', part, 'from']);
  if (route.merge !== undefined && !route.match.startsWith('GET ')) fault([...at, 'match'], 'a merge must be a GET');
  if (route.access === 'public' && route.scopes.length > 0)
    fault([...at, 'scopes'], 'a public route has no token to carry scopes');
  if (route.limit === undefined) return;
  if (!limitNames.includes(route.limit)) return fault([...at, 'limit'], unknownName('limit', route.limit, limitNames));
  if (route.access === 'public' && limits[route.limit]?.per === 'user')
    fault([...at, 'limit'], 'a public route has no user to count');
}

export type GatewayConfig = z.infer<typeof Shape>;
export type RouteConfig = GatewayConfig['routes'][number];

import { z } from 'zod';

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const anything = z.unknown().optional();

const Condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully']);

/** What a container has and a process does not need, or has otherwise. */
const ofContainersOnly = {
  image: anything,
  networks: anything,
  network_mode: anything,
  healthcheck: anything,
  init: anything,
  read_only: anything,
  cap_drop: anything,
  security_opt: anything,
  stop_grace_period: anything,
  restart: anything,
  user: anything,
  entrypoint: anything,
  tmpfs: anything,
};

/** A service of docker-compose.yml, as far as the local runner follows it. A field it does not know is a fault, not a surprise. */
const Service = z.strictObject({
  build: z.object({ args: z.object({ APP: z.string() }) }).optional(),
  'x-embedded': z.enum(['postgres', 'redis']).optional(),
  command: z.array(z.string()).default([]),
  environment: z.record(z.string(), scalar).default({}),
  ports: z.array(z.string().regex(/^(?:[\d.]+:)?\d+:\d+$/, 'must be "[HOST:]PORT:PORT"')).default([]),
  scale: z.number().int().min(0).default(1),
  volumes: z.array(z.string().regex(/^[\w-]+:\/[^:]+(:ro)?$/, 'must be "VOLUME:/PATH"')).default([]),
  depends_on: z.record(z.string(), z.object({ condition: Condition, required: z.boolean().default(true) })).default({}),
  profiles: z.array(z.string()).default([]),
  ...ofContainersOnly,
});

export const ComposeFile = z.object({ services: z.record(z.string(), Service) });
export type ComposeFile = z.infer<typeof ComposeFile>;
export type ComposeService = z.infer<typeof Service>;

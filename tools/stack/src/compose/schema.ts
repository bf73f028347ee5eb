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
  tmpfs: anything,
};

/** The image's way to start an app; here it is the app's source that is started. */
const AppCommand = z
  .array(z.string())
  .refine(([node, main]) => node === 'node' && main === 'main.mjs', 'must begin with "node", "main.mjs"');

/** A service of docker-compose.yml, as far as the local runner follows it. A field it does not know is a fault, not a surprise. */
const Service = z.strictObject({
  build: z.object({ args: z.object({ APP: z.string() }) }).optional(),
  'x-embedded': z.enum(['postgres', 'redis']).optional(),
  command: AppCommand.default(['node', 'main.mjs']),
  entrypoint: z.array(z.string()).default([]),
  environment: z.record(z.string(), scalar).default({}),
  ports: z.array(z.string().regex(/^(?:[\d.]+:)?\d+:\d+$/, 'must be "[HOST:]PORT:PORT"')).default([]),
  expose: z.array(z.string().regex(/^\d+$/, 'must be a port')).default([]),
  scale: z.number().int().min(0).default(1),
  volumes: z.array(z.string().regex(/^[\w-]+:\/[^:]+(:ro)?$/, 'must be "VOLUME:/PATH"')).default([]),
  depends_on: z.record(z.string(), z.object({ condition: Condition, required: z.boolean().default(true) })).default({}),
  profiles: z.array(z.string()).default([]),
  ...ofContainersOnly,
});

/** Of the fields on top: services, what names things for containers, and the file's own `x-` fields. */
const isFollowed = (field: string): boolean =>
  ['name', 'services', 'networks', 'volumes'].includes(field) || field.startsWith('x-');

export const ComposeFile = z
  .looseObject({ services: z.record(z.string(), Service) })
  .superRefine((file, context) => {
    for (const field of Object.keys(file))
      if (!isFollowed(field))
        context.addIssue({ code: 'custom', path: [field], message: 'is not followed without Docker' });
  })
  .transform(({ services }) => ({ services }));
export type ComposeFile = z.infer<typeof ComposeFile>;
export type ComposeService = z.infer<typeof Service>;

import { isAbsolute, join } from 'node:path';
import { ConfigError } from '@edgeway/config';
import type { ComposeFile, ComposeService } from './schema.ts';

/** A service as the local runner runs it. */
export interface PlannedService {
  readonly name: string;
  readonly kind: 'app' | 'postgres' | 'redis';
  /** Ends by itself after its work; something waits for it to succeed. */
  readonly oneShot: boolean;
  /** Of an app the script and its arguments; of a store the image's entrypoint. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly replicas: number;
  /** The port inside its container that answers /readyz. */
  readonly port: number;
  /** What the host sees, when published. */
  readonly published: { readonly host: string; readonly port: number } | undefined;
  /** Further ports inside, that the host gets to see nowhere but on loopback. */
  readonly exposed: readonly number[];
  /** Services that must have completed before this one starts. */
  readonly after: readonly string[];
  /** Services this one needs in the end; they may start at the same time, since every client waits for its server. */
  readonly needs: readonly string[];
  /** Host folder by mount target. */
  readonly mounts: Readonly<Record<string, string>>;
}

const appPort = 3000;
const storePorts = { postgres: 5432, redis: 6379 } as const;

/** Turns the compose file into processes. Named volumes are folders under `volumesDir`. */
export function planOf({ services }: ComposeFile, volumesDir: string): PlannedService[] {
  const awaited = new Set(Object.values(services).flatMap((service) => completed(service)));
  return Object.entries(services).map(([name, service]) => {
    const kind = kindOf(name, service);
    const mounts = mountsOf(service, volumesDir);
    const published = publishedOf(name, service);
    const { depends_on: dependsOn } = service;
    for (const [other, { required }] of Object.entries(dependsOn))
      if (required && services[other] === undefined)
        throw new ConfigError('docker-compose.yml', [
          { path: `services.${name}.depends_on.${other}`, message: 'is not a service of this pattern' },
        ]);
    return {
      name,
      kind,
      oneShot: awaited.has(name),
      command: kind === 'app' ? commandOf(service, mounts) : entrypointOf(service, mounts),
      environment: environmentOf(service, mounts),
      replicas: service.scale,
      port: kind === 'app' ? (published?.container ?? appPort) : storePorts[kind],
      published,
      exposed: service.expose.map(Number),
      after: completed(service),
      needs: Object.keys(dependsOn).filter((other) => services[other] !== undefined),
      mounts,
    };
  });
}

const completed = ({ depends_on: dependsOn }: ComposeService): string[] =>
  Object.entries(dependsOn).flatMap(([other, { condition }]) =>
    condition === 'service_completed_successfully' ? [other] : [],
  );

function kindOf(name: string, service: ComposeService): PlannedService['kind'] {
  const kind = service['x-embedded'] ?? (service.build === undefined ? undefined : 'app');
  if (kind === undefined)
    throw new ConfigError('docker-compose.yml', [
      { path: `services.${name}`, message: 'needs `build` or `x-embedded` to run without Docker' },
    ]);
  return kind;
}

/** `node main.mjs secrets` in the image is `node apps/provision/src/main.ts secrets` here. */
function commandOf({ build, command }: ComposeService, mounts: Readonly<Record<string, string>>): string[] {
  return [`apps/${build!.args.APP}/src/main.ts`, ...command.slice(2).map((argument) => onHost(argument, mounts))];
}

const entrypointOf = ({ entrypoint }: ComposeService, mounts: Readonly<Record<string, string>>): string[] =>
  entrypoint.map((word) => onHost(word, mounts));

function mountsOf({ volumes }: ComposeService, volumesDir: string): Record<string, string> {
  return Object.fromEntries(
    volumes.map((volume) => volume.split(':')).map(([name, target]) => [target!, join(volumesDir, name!)]),
  );
}

function environmentOf(
  { environment }: ComposeService,
  mounts: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, onHost(value, mounts)]));
}

/** A path inside a mounted volume, as this machine has it. Of mounts inside one another the inner one holds it. */
function onHost(value: string, mounts: Readonly<Record<string, string>>): string {
  if (!isAbsolute(value)) return value;
  const [target] = Object.keys(mounts)
    .filter((mount) => value === mount || value.startsWith(`${mount}/`))
    .toSorted((one, other) => other.length - one.length);
  return target === undefined ? value : join(mounts[target]!, value.slice(target.length));
}

function publishedOf(
  name: string,
  { ports, scale }: ComposeService,
): { host: string; port: number; container: number } | undefined {
  const [mapping] = ports;
  if (mapping === undefined) return undefined;
  if (scale > 1)
    throw new ConfigError('docker-compose.yml', [
      { path: `services.${name}.ports`, message: `${scale} replicas cannot share one port of the host` },
    ]);
  const parts = mapping.split(':');
  return {
    host: parts.length === 3 ? parts[0]! : '0.0.0.0',
    port: Number(parts.at(-2)),
    container: Number(parts.at(-1)),
  };
}

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { PlannedService } from './compose/plan.ts';
import { preparePostgres, spawnPostgres } from './embedded/postgres.ts';
import { spawnRedis } from './embedded/redis.ts';
import { root, type Home } from './home.ts';
import { freePort } from './ports/free-port.ts';
import { accepts, answersReady } from './processes/health.ts';
import { Instance } from './processes/instance.ts';
import { spawnApp } from './processes/spawn-app.ts';
import type { RegistryFile } from './registry-file.ts';

export interface GroupOptions {
  readonly service: PlannedService;
  readonly home: Home;
  readonly registry: RegistryFile;
  readonly onCrash: (instance: Instance, how: string, delayMs: number) => void;
}

/** Balancers look at the registry several times in this: a replica that leaves is forgotten before it stops. */
const farewellMs = 800;
/** What is in flight has this long to finish when the stack stops. */
const drainSeconds = 2;

/** The replicas of one service. */
export class ServiceGroup {
  readonly service: PlannedService;
  readonly instances: Instance[] = [];
  readonly #options: GroupOptions;
  #postgresDir = '';

  constructor(options: GroupOptions) {
    this.#options = options;
    this.service = options.service;
  }

  /** Starts all replicas and settles when they are healthy, or, of a one-shot, when its work is done. */
  async start(): Promise<void> {
    if (this.service.oneShot) return this.#runOnce();
    if (this.service.kind === 'postgres')
      this.#postgresDir = await preparePostgres({
        dataDir: this.#mount('/var/lib/postgresql/data'),
        password: this.#password(),
      });
    await this.scale(this.service.replicas);
  }

  async scale(replicas: number): Promise<void> {
    const leaving = this.instances.splice(replicas);
    const coming: Promise<void>[] = [];
    for (let number = this.instances.length + 1; number <= replicas; number++) coming.push(this.#add(number));
    for (const instance of leaving) this.#options.registry.remove(this.service.name, instance.name);
    if (leaving.length > 0) await wait(farewellMs);
    await Promise.all([...coming, ...leaving.map((instance) => instance.stop())]);
  }

  async stop(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.stop()));
  }

  /** Starts again what {@link stop} stopped. */
  async restart(): Promise<void> {
    await Promise.all(this.instances.filter(({ state }) => state === 'stopped').map((instance) => instance.start()));
  }

  async #add(number: number): Promise<void> {
    const { name, published, port: containerPort } = this.service;
    const port = published?.port ?? (await freePort());
    const entry = { instance: `${name}-${number}`, host: '127.0.0.1', ports: { [containerPort]: port } };
    const { registry, home, onCrash } = this.#options;
    const instance = new Instance({
      name: entry.instance,
      logPath: join(home.logs, `${entry.instance}.log`),
      spawn: () => this.#spawn(entry.instance, port),
      healthy: () => (this.service.kind === 'app' ? answersReady(port) : accepts(port)),
      ...(this.service.kind === 'postgres' ? { stopSignal: 'SIGINT' } : {}),
      events: {
        onHealthy: () => registry.add(name, entry),
        onGone: () => registry.remove(name, entry.instance),
        onCrash,
      },
    });
    this.instances.push(instance);
    // Stores are announced before they answer: their clients ask for the address once and wait.
    if (this.service.kind !== 'app') registry.add(name, entry);
    await instance.start();
  }

  #spawn(instance: string, port: number) {
    const { kind, command, port: containerPort, published } = this.service;
    if (kind === 'postgres') return spawnPostgres({ dataDir: this.#postgresDir, port });
    if (kind === 'redis') return spawnRedis(port);
    const listen = `${containerPort}=${published?.host ?? '127.0.0.1'}:${port}`;
    return spawnApp({ root, command, env: { ...this.#environment(instance), EDGEWAY_LISTEN: listen } });
  }

  async #runOnce(): Promise<void> {
    const child = spawnApp({ root, command: this.service.command, env: this.#environment(this.service.name) });
    let said = '';
    child.stdout?.on('data', (chunk) => (said += chunk));
    child.stderr?.on('data', (chunk) => (said += chunk));
    const [code, signal] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${this.service.name} ended with ${signal ?? code}:\n${said.trim()}`);
  }

  #environment(instance: string): Record<string, string> {
    const { home } = this.#options;
    return {
      ...this.service.environment,
      EDGEWAY_INSTANCE: instance,
      EDGEWAY_DISCOVERY: `registry:${home.registry}`,
      DRAIN_SECONDS: String(drainSeconds),
      NODE_COMPILE_CACHE: join(home.dir, 'compile-cache'),
    };
  }

  #mount(target: string): string {
    return this.service.mounts[target] ?? join(this.#options.home.volumes, this.service.name);
  }

  #password(): string {
    return readFileSync(this.service.environment['POSTGRES_PASSWORD_FILE']!, 'utf8').trim();
  }
}

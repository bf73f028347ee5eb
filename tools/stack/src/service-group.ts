import { setTimeout as wait } from 'node:timers/promises';
import type { PlannedService } from './compose/plan.ts';
import type { Home } from './home.ts';
import { freePort } from './ports/free-port.ts';
import { Instance } from './processes/instance.ts';
import type { RegistryFile } from './registry-file.ts';
import { kindOf } from './kinds/kind-of.ts';
import type { ServiceKind } from './kinds/service-kind.ts';

export interface GroupOptions {
  readonly service: PlannedService;
  readonly home: Home;
  readonly registry: RegistryFile;
  /** Aborts when the stack stops: nothing more is started. */
  readonly stopping: AbortSignal;
  readonly onCrash: (instance: Instance, how: string, delayMs: number) => void;
  /** What the person who starts the stack should know. */
  readonly onNote: (text: string) => void;
}

/** Balancers look at the registry several times in this: a replica that leaves is forgotten before it stops. */
const farewellMs = 800;

/** The replicas of one service. */
export class ServiceGroup {
  readonly service: PlannedService;
  readonly instances: Instance[] = [];
  readonly #options: GroupOptions;
  readonly #kind: ServiceKind;
  /** Work that is done once, before any replica runs. */
  #preparation: Promise<void> | undefined;

  constructor(options: GroupOptions) {
    this.#options = options;
    this.service = options.service;
    this.#kind = kindOf(options);
  }

  /** Starts all replicas and settles when they are healthy, or, of a one-shot, when its work is done. */
  async start(): Promise<void> {
    this.#preparation = this.#kind.prepare(this.#options.stopping);
    await this.#preparation;
    if (!this.service.oneShot) await this.scale(this.service.replicas);
  }

  async scale(replicas: number): Promise<void> {
    const leaving = this.instances.splice(replicas);
    const coming: Promise<void>[] = [];
    for (let number = this.instances.length + 1; number <= replicas; number++) coming.push(this.#add(number));
    for (const instance of leaving) this.#options.registry.remove(this.service.name, instance.name);
    if (leaving.length > 0) await wait(farewellMs);
    await Promise.all([...coming, ...leaving.map((instance) => instance.stop())]);
  }

  /** Stops all replicas; those that have not ended after `patienceMs` are ended. */
  async stop(patienceMs?: number): Promise<void> {
    await Promise.allSettled([this.#preparation, ...this.instances.map((instance) => instance.stop(patienceMs))]);
  }

  /** Ends all replicas at once. */
  end(): void {
    for (const instance of this.instances) instance.end();
  }

  /** Starts again what {@link stop} stopped. */
  async restart(): Promise<void> {
    await Promise.all(this.instances.filter(({ state }) => state === 'stopped').map((instance) => instance.start()));
  }

  async #add(number: number): Promise<void> {
    const { name, published, port: containerPort } = this.service;
    const { registry, home, stopping, onCrash } = this.#options;
    const port = published?.port ?? (await freePort());
    const exposed: Record<string, number> = {};
    for (const internal of this.service.exposed) exposed[internal] = await freePort();
    if (stopping.aborted) return;
    const ports = { ...exposed, [containerPort]: port };
    const entry = { instance: `${name}-${number}`, host: '127.0.0.1', ports };
    const instance = new Instance({
      name: entry.instance,
      port,
      logPath: home.logOf(entry.instance),
      spawn: () => this.#kind.spawn(entry.instance, port, exposed),
      healthy: () => this.#kind.healthy(port),
      ...this.#kind.signals,
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
}

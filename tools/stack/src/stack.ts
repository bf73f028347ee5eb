import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import type { PlannedService } from './compose/plan.ts';
import { registryFile } from './registry-file.ts';
import { ServiceGroup, type GroupOptions } from './service-group.ts';
import type { Home } from './home.ts';

export interface StackEvents extends Pick<GroupOptions, 'onCrash' | 'onNote'> {
  onStarted(service: PlannedService, seconds: number): void;
}

/** All services of a pattern, as local processes. */
export interface Stack {
  readonly groups: ReadonlyMap<string, ServiceGroup>;
  /** Settles when everything is healthy; rejects with the words of the first that cannot start. */
  start(): Promise<void>;
  /** Stops in the order of the layers, front door first, so that nothing is asked of what has gone. */
  stop(): Promise<void>;
  /** Ends everything at once. */
  end(): void;
}

/**
 * From being asked to stop until what has not stopped is ended. Apps that hold on leave time for
 * PostgreSQL to write its data, and all of it is over within 5 s.
 */
const appsStopMs = 3300;
const storesStopMs = 4600;

export function createStack(plan: readonly PlannedService[], home: Home, events: StackEvents): Stack {
  const registry = registryFile(home.registry);
  const stopping = new AbortController();
  const groups = new Map(
    plan.map((service) => [
      service.name,
      new ServiceGroup({ service, home, registry, stopping: stopping.signal, ...events }),
    ]),
  );
  return {
    groups,
    async start() {
      mkdirSync(home.volumes, { recursive: true });
      // PostgreSQL's own user passes through; what is secret is shut by its own folder.
      chmodSync(home.volumes, 0o755);
      const starting = new Map<string, Promise<void>>();
      const startOnce = (name: string): Promise<void> => {
        const known = starting.get(name);
        if (known !== undefined) return known;
        const group = groups.get(name)!;
        const promise = (async () => {
          // What has to be done first is waited for. What has to be healthy is not: every client here
          // waits for its server by itself, and starting side by side takes half the time.
          await Promise.all(group.service.after.map(startOnce));
          const began = performance.now();
          await group.start();
          events.onStarted(group.service, (performance.now() - began) / 1000);
        })();
        starting.set(name, promise);
        return promise;
      };
      await Promise.all([...groups.keys()].map(startOnce));
    },
    async stop() {
      const began = performance.now();
      stopping.abort();
      for (const layer of layers(plan))
        await Promise.all(
          layer.map((name) => {
            const group = groups.get(name)!;
            const endAt = began + (group.service.kind === 'app' ? appsStopMs : storesStopMs);
            return group.stop(Math.max(0, endAt - performance.now()));
          }),
        );
      rmSync(home.control, { force: true });
    },
    end() {
      stopping.abort();
      for (const group of groups.values()) group.end();
      rmSync(home.control, { force: true });
    },
  };
}

/** Services in the order in which they may stop: first those that nobody needs. */
export function layers(plan: readonly PlannedService[]): string[][] {
  const left = new Map(plan.map((service) => [service.name, service]));
  const ordered: string[][] = [];
  while (left.size > 0) {
    const needed = new Set([...left.values()].flatMap(({ needs }) => needs));
    const free = [...left.keys()].filter((name) => !needed.has(name));
    const layer = free.length > 0 ? free : [...left.keys()];
    ordered.push(layer);
    for (const name of layer) left.delete(name);
  }
  return ordered;
}

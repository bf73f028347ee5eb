import { rmSync } from 'node:fs';
import type { PlannedService } from './compose/plan.ts';
import { registryFile } from './registry-file.ts';
import { ServiceGroup, type GroupOptions } from './service-group.ts';
import type { Home } from './home.ts';

export interface StackEvents extends Pick<GroupOptions, 'onCrash'> {
  onStarted(service: PlannedService, seconds: number): void;
}

/** All services of a pattern, as local processes. */
export interface Stack {
  readonly groups: ReadonlyMap<string, ServiceGroup>;
  /** Settles when everything is healthy; rejects with the words of the first that cannot start. */
  start(): Promise<void>;
  /** Stops in the order of the layers, front door first, so that nothing is asked of what has gone. */
  stop(): Promise<void>;
}

export function createStack(plan: readonly PlannedService[], home: Home, events: StackEvents): Stack {
  const registry = registryFile(home.registry);
  const groups = new Map(
    plan.map((service) => [service.name, new ServiceGroup({ service, home, registry, onCrash: events.onCrash })]),
  );
  return {
    groups,
    async start() {
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
      for (const layer of layers(plan)) await Promise.all(layer.map((name) => groups.get(name)!.stop()));
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

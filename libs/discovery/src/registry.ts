import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Address, Discovery, Target } from './discovery.ts';
import { poll } from './poll.ts';

/** One replica as the local runner announces it: where each of its container ports listens really. */
export const RegistryEntry = z.object({
  instance: z.string(),
  host: z.string(),
  ports: z.record(z.string(), z.number()),
});
export type RegistryEntry = z.infer<typeof RegistryEntry>;

/** The file the local runner keeps; replaced as a whole, so a reader never sees half of it. */
export const Registry = z.object({ services: z.record(z.string(), z.array(RegistryEntry)) });
export type Registry = z.infer<typeof Registry>;

/** Follows the registry file of the local runner. Unlike DNS its word is final: an empty list means none. */
export function registryDiscovery(
  file: string,
  { intervalMs = 200 }: { readonly intervalMs?: number } = {},
): Discovery {
  return {
    watch: (target, onChange) => poll(async () => read(file, target), intervalMs, onChange),
    locate: (target) => read(file, target)?.[0] ?? { host: '127.0.0.1', port: target.port },
  };
}

function read(file: string, { service, port }: Target): Address[] | undefined {
  try {
    const entries = Registry.parse(JSON.parse(readFileSync(file, 'utf8'))).services[service] ?? [];
    return entries.flatMap(({ host, ports }) => {
      const mapped = ports[port];
      return mapped === undefined ? [] : [{ host, port: mapped }];
    });
  } catch {
    return undefined;
  }
}

import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Registry, RegistryEntry } from '@edgeway/discovery';

/** The local stand-in for Docker's DNS: which replicas of which service are there, for `libs/discovery`. */
export interface RegistryFile {
  add(service: string, entry: RegistryEntry): void;
  remove(service: string, instance: string): void;
}

/** Keeps the file current. It is replaced by rename, so that a reader never sees half of it. */
export function registryFile(path: string): RegistryFile {
  const services: Registry['services'] = {};
  const write = (): void => {
    writeFileSync(`${path}.new`, JSON.stringify({ services }));
    renameSync(`${path}.new`, path);
  };
  mkdirSync(dirname(path), { recursive: true });
  write();
  const without = (service: string, instance: string): RegistryEntry[] =>
    (services[service] ?? []).filter((entry) => entry.instance !== instance);
  return {
    add(service, entry) {
      services[service] = [...without(service, entry.instance), entry];
      write();
    },
    remove(service, instance) {
      services[service] = without(service, instance);
      write();
    },
  };
}

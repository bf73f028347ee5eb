import { Resolver } from 'node:dns/promises';
import type { Discovery } from './discovery.ts';
import { poll } from './poll.ts';

export interface DnsOptions {
  /** How often a name is asked again. Default 1000 ms. */
  readonly intervalMs?: number;
  /** Answers A records. Default: the system's name server, 1 s, two tries. */
  readonly resolve4?: (name: string) => Promise<string[]>;
}

/**
 * A records of the service's name, as Docker's and Kubernetes' (headless) DNS answer them: one per
 * healthy or running replica. Asked every second rather than cached for their TTL: Docker says
 * 600 s and changes its answer at once.
 */
export function dnsDiscovery({ intervalMs = 1000, resolve4 = systemResolver() }: DnsOptions = {}): Discovery {
  return {
    watch({ service, port }, onChange) {
      const look = async () => {
        try {
          const hosts = await resolve4(service);
          return hosts.length === 0 ? undefined : hosts.map((host) => ({ host, port }));
        } catch {
          return undefined;
        }
      };
      return poll(look, intervalMs, onChange);
    },
    locate: ({ service, port }) => ({ host: service, port }),
  };
}

function systemResolver(): (name: string) => Promise<string[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 2 });
  return (name) => resolver.resolve4(name);
}

import type { Discovery } from './discovery.ts';
import { dnsDiscovery } from './dns.ts';
import { registryDiscovery } from './registry.ts';

/**
 * The discovery this process was started with: `EDGEWAY_DISCOVERY` is `dns` (the default; containers
 * and Kubernetes) or `registry:/path/of/registry.json` (the local runner).
 *
 * @throws RangeError on any other value.
 */
export function createDiscovery(env: NodeJS.ProcessEnv = process.env): Discovery {
  const mode = env['EDGEWAY_DISCOVERY'] ?? 'dns';
  if (mode === 'dns') return dnsDiscovery();
  if (mode.startsWith('registry:')) return registryDiscovery(mode.slice('registry:'.length));
  throw new RangeError(`EDGEWAY_DISCOVERY must be "dns" or "registry:FILE", got "${mode}"`);
}

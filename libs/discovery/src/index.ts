export { createDiscovery } from './create-discovery.ts';
export { staticDiscovery, type Address, type Discovery, type Target, type Watch } from './discovery.ts';
export { dnsDiscovery, type DnsOptions } from './dns.ts';
export { listenAddress } from './listen-address.ts';
export { Registry, RegistryEntry, registryDiscovery } from './registry.ts';

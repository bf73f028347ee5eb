import type { Discovery } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import { createServiceClient, type ServiceClient } from '@edgeway/service-client';
import type { GatewayConfig } from '../config/schema.ts';

export interface Upstreams {
  of(service: string): ServiceClient;
  /** Whether any service has somewhere to go. One that is gone altogether must not take the others along. */
  readonly ready: boolean;
  close(): Promise<void>;
}

/** A way to each configured service: straight, or all through the balancer that `via` names. */
export function connectUpstreams(
  { services, via, viaPort }: Pick<GatewayConfig, 'services' | 'via' | 'viaPort'>,
  discovery: Discovery,
  log: Logger,
): Upstreams {
  const byService = new Map<string, ServiceClient>();
  for (const [service, { port, timeoutMs }] of Object.entries(services)) {
    const target = via === '' ? { service, port } : { service: via, port: viaPort };
    byService.set(service, createServiceClient({ ...target, discovery, log, timeoutMs }));
  }
  return {
    of: (service) => byService.get(service)!,
    get ready() {
      return [...byService.values()].some((upstream) => upstream.ready);
    },
    close: async () => void (await Promise.all([...byService.values()].map((upstream) => upstream.close()))),
  };
}

import { listenAddress } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import type { ListenerConfig } from '../config/schema.ts';
import type { Answered } from '../engines/answered.ts';
import type { Engine, Front, Listening } from '../engines/engine.ts';
import { tcpRelay, type TcpRoute } from '../l4/tcp-relay.ts';
import { trustedPeers } from '../l4/trusted-peers.ts';
import { udpRelay } from '../l4/udp-relay.ts';
import type { UpstreamPool } from '../pools/upstream-pool.ts';
import type { Router } from '../routing/route.ts';

export interface ListenerDeps {
  readonly engine: Engine;
  readonly env: NodeJS.ProcessEnv;
  readonly instance: string;
  readonly log: Logger;
  readonly trustedHops: number;
  /** Whether workers share its port. */
  readonly reusePort: boolean;
  ready(): boolean;
  /** The pool of this name, as configured now. */
  pool(name: string): UpstreamPool;
  /** The routes of this listener, as configured now. */
  router(listener: string): Router;
  readonly onAnswer: ((listener: string, answer: Answered) => void) | undefined;
}

/** Opens a listener, whatever it speaks. */
export async function openListener(name: string, config: ListenerConfig, deps: ListenerDeps): Promise<Listening> {
  const address = listenAddress(config.address.port, deps.env, config.address.host);
  const log = deps.log.child({ listener: name });
  const shared = { address, log, reusePort: deps.reusePort };
  if (config.protocol === 'udp')
    return udpRelay({ ...shared, pool: deps.pool(config.pool!), idleSeconds: config.idleSeconds });
  if (config.protocol === 'tcp') return openTcp(config, deps, shared);
  const { onAnswer } = deps;
  const front: Front = {
    ...shared,
    name,
    protocol: config.protocol,
    route: (request) => deps.router(name)(request),
    ready: deps.ready,
    trustedHops: deps.trustedHops,
    limits: config.limits,
    tls: config.tls,
    proxyProtocolFrom: trusted(config),
    instance: deps.instance,
    onAnswer: onAnswer && ((answer) => onAnswer(name, answer)),
  };
  return deps.engine.listen(front);
}

function openTcp(
  config: ListenerConfig,
  deps: ListenerDeps,
  shared: Pick<Front, 'address' | 'log' | 'reusePort'>,
): Promise<Listening> {
  const { pool, serverNames, limits } = config;
  const named = Object.entries(serverNames ?? {}).map(([host, pool]) => [host, deps.pool(pool)] as const);
  const route: TcpRoute =
    named.length === 0
      ? { pool: deps.pool(pool!) }
      : { sni: Object.fromEntries([...(pool === undefined ? [] : [['*', deps.pool(pool)] as const]), ...named]) };
  const proxyProtocolFrom = trusted(config);
  return tcpRelay({
    ...shared,
    route,
    maxSessions: limits.connections,
    ...(proxyProtocolFrom && { proxyProtocolFrom }),
  });
}

const trusted = ({ proxyProtocol }: ListenerConfig) =>
  proxyProtocol === undefined ? undefined : trustedPeers(proxyProtocol.from);

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PooledEndpoint } from '@edgeway/balancing';
import { CodedError } from '@edgeway/errors';
import type { Logger } from '@edgeway/telemetry';
import { addressOf } from '../pools/host-and-port.ts';
import type { RunningPool } from '../pools/upstream-pool.ts';
import { EndpointChange, PoolChange } from './changes.ts';
import type { EventStream } from './event-stream.ts';
import { exposition, expositionType } from './exposition.ts';
import { notFound } from './faults.ts';
import { jsonBody } from './json-body.ts';
import type { Managed } from './managed.ts';
import type { Route } from './match-route.ts';
import { poolFamilies } from './pool-metrics.ts';
import { endpointView, poolView } from './pool-view.ts';
import type { ProcessMetrics } from './process-metrics.ts';

export interface Call {
  readonly managed: Managed;
  readonly events: EventStream;
  readonly process: ProcessMetrics;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly params: Readonly<Record<string, string>>;
  readonly log: Logger;
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/** All but GET change something, and need the token: adminServer sees to that. */
export interface AdminRoute extends Route {
  /** @returns `undefined` when it has begun to answer by itself. */
  answer(call: Call): Answer | undefined | Promise<Answer>;
}

/** What docs/reference/edge-lb-admin.openapi.yaml describes; a test compares. */
export const adminRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/pools',
    answer: ({ managed }) => json({ pools: Array.from(managed.pools().values(), poolView) }),
  },
  { method: 'GET', path: '/pools/{pool}', answer: (call) => json(poolView(poolOf(call))) },
  { method: 'PATCH', path: '/pools/{pool}', answer: patchPool },
  { method: 'PATCH', path: '/pools/{pool}/endpoints/{address}', answer: patchEndpoint },
  { method: 'POST', path: '/reload', answer: reload },
  {
    method: 'GET',
    path: '/listeners',
    answer: ({ managed }) =>
      json({
        listeners: managed
          .listeners()
          .map(({ name, address, protocol }) => ({ name, address: addressOf(address), protocol })),
      }),
  },
  { method: 'GET', path: '/livez', answer: () => status(true) },
  { method: 'GET', path: '/readyz', answer: ({ managed }) => status(managed.ready()) },
  { method: 'GET', path: '/metrics', answer: metrics },
  {
    method: 'GET',
    path: '/events',
    answer({ events, response }) {
      events.open(response);
      return undefined;
    },
  },
];

async function patchPool(call: Call): Promise<Answer> {
  // Unknown names are told before a body is read, and asked for again after it: a reload may have come between.
  poolOf(call);
  const { strategy } = await jsonBody(call.request, PoolChange);
  const running = poolOf(call);
  running.setStrategy(strategy);
  call.managed.onChange?.(running.name, 'strategy');
  call.log.info({ pool: running.name, strategy }, 'strategy changed');
  return json(poolView(running));
}

async function patchEndpoint(call: Call): Promise<Answer> {
  endpointOf(call);
  const change = await jsonBody(call.request, EndpointChange);
  const endpoint = endpointOf(call);
  const { draining, weight } = change;
  const pool = call.params['pool']!;
  if (draining !== undefined) endpoint.draining = draining;
  if (weight !== undefined) endpoint.configuredWeight = weight;
  call.managed.onChange?.(pool, 'endpoints');
  call.log.info({ pool, endpoint: endpoint.address, ...change }, 'endpoint changed');
  return json(endpointView(endpoint));
}

async function reload({ managed, log }: Call): Promise<Answer> {
  if (managed.reload === undefined) throw new CodedError('ROUTE_NOT_FOUND', { detail: 'There is no file to reload.' });
  const outcome = await managed.reload();
  log.info({ status: outcome.status }, 'reload asked for');
  if (outcome.status === 'refused') throw new CodedError('EDGE_CONFIG_INVALID', { errors: outcome.faults });
  return json(outcome);
}

function metrics({ managed, process }: Call): Answer {
  const pools = managed.pools();
  const families = [...managed.metrics.families(pools.keys()), ...poolFamilies(pools), ...process.families()];
  return { status: 200, contentType: expositionType, body: exposition(families) };
}

function poolOf({ managed, params }: Call): RunningPool {
  const pools = managed.pools();
  const name = params['pool']!;
  const found = pools.get(name);
  if (found === undefined) throw notFound('pool', name, [...pools.keys()]);
  return found;
}

function endpointOf(call: Call): PooledEndpoint {
  const { endpoints } = poolOf(call).pool;
  const address = call.params['address']!;
  const found = endpoints.find((endpoint) => endpoint.address === address);
  if (found !== undefined) return found;
  throw notFound(
    'endpoint',
    address,
    endpoints.map((endpoint) => endpoint.address),
  );
}

const json = (value: unknown, code = 200): Answer => ({
  status: code,
  contentType: 'application/json',
  body: JSON.stringify(value),
});

const status = (good: boolean): Answer => json({ status: good ? 'ok' : 'unavailable' }, good ? 200 : 503);

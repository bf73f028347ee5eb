import { fork, type ChildProcess } from 'node:child_process';
import type { Running, ServiceContext } from '@edgeway/service-kit';
import type { EdgeConfig } from '../config/schema.ts';
import { startEdge, type RunningEdge } from '../start-edge.ts';
import type { Metrics } from '../admin/metrics.ts';
import { WorkerLoads } from './worker-loads.ts';
import { workerVariable, type FromPrimary, type FromWorker, type MemberState } from './messages.ts';

/** A worker that dies at once is started again no more often than this. */
const restartMs = 200;

/** Which program a worker runs, and with which arguments. */
export interface WorkerProgram {
  readonly file: string;
  readonly args: readonly string[];
}

export interface PrimaryOptions {
  readonly program: WorkerProgram;
  /** Where what workers count is added up. */
  readonly metrics: Metrics;
}

export interface RunningPrimary extends Running {
  readonly edge: RunningEdge;
  /** Tells workers of a change that was made to the primary's own pools. */
  changed(pool: string, what: 'strategy' | 'endpoints'): void;
  /** Process ids of the workers. */
  readonly workers: readonly number[];
  apply(config: EdgeConfig): Promise<void>;
}

/**
 * Runs several processes that listen on the same ports; the kernel spreads connections over them
 * (SO_REUSEPORT). This one serves nobody: it follows membership and probes health, once for all, and
 * starts a worker again when it dies.
 */
export async function startPrimary(
  context: ServiceContext,
  first: EdgeConfig,
  count: number,
  { program, metrics }: PrimaryOptions,
): Promise<RunningPrimary> {
  const { log, draining } = context;
  const edge = await startEdge(context, first, { role: 'primary' });
  const workers = new Map<number, ChildProcess>();
  const loads = new WorkerLoads(edge.pools);
  let config = first;
  const membersOf = (pool: string): FromPrimary => ({ kind: 'members', pool, members: statesOf(edge, pool) });
  const tell = (worker: ChildProcess, message: FromPrimary): void => {
    if (worker.connected) worker.send(message, () => undefined);
  };
  const tellAll = (message: FromPrimary): void => workers.forEach((worker) => tell(worker, message));
  const allEnded = Promise.withResolvers<void>();

  const start = (number: number): Promise<void> => {
    const env = { ...process.env, [workerVariable]: String(number), EDGEWAY_INSTANCE: `${context.instance}.${number}` };
    // In a group of its own: Ctrl-C is for the primary, which then tells its workers.
    const worker = fork(program.file, program.args, { env, detached: true });
    workers.set(number, worker);
    const ready = Promise.withResolvers<void>();
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'load') {
        metrics.told(String(worker.pid), message.metrics);
        return loads.told(String(worker.pid), message.endpoints);
      }
      if (message.kind === 'refused') {
        const endpoint = edge.pools
          .get(message.pool)
          ?.pool.endpoints.find(({ address }) => address === message.address);
        if (endpoint !== undefined) edge.pools.get(message.pool)!.refused(endpoint);
        return;
      }
      // It may have been started with a file that has been reloaded since.
      if (config !== first) tell(worker, { kind: 'config', config });
      for (const pool of edge.pools.keys()) tell(worker, membersOf(pool));
      ready.resolve();
    });
    worker.once('exit', (code, signal) => {
      workers.delete(number);
      loads.gone(String(worker.pid));
      ready.reject(new Error(`worker ${number} ended before it was ready`));
      if (draining.aborted) {
        if (workers.size === 0) allEnded.resolve();
        return;
      }
      log.error({ worker: number, code, signal }, 'worker died; another is started');
      setTimeout(() => {
        if (!draining.aborted) start(number).catch(() => undefined);
      }, restartMs);
    });
    return ready.promise;
  };

  edge.events.listen((event) => {
    if ('pool' in event && event.kind !== 'ejection') tellAll(membersOf(event.pool));
  });
  try {
    await Promise.all(Array.from({ length: count }, (_, i) => start(i + 1)));
  } catch (error) {
    for (const worker of workers.values()) worker.kill();
    await edge.close?.();
    throw error;
  }
  return {
    edge,
    get workers() {
      return [...workers.values()].map(({ pid }) => pid!);
    },
    changed: (pool, what) =>
      tellAll(
        what === 'strategy'
          ? { kind: 'strategy', pool, strategy: edge.pools.get(pool)!.config.strategy }
          : membersOf(pool),
      ),
    async apply(next) {
      await edge.apply(next);
      config = next;
      tellAll({ kind: 'config', config: next });
      for (const pool of edge.pools.keys()) tellAll(membersOf(pool));
    },
    async drain() {
      if (workers.size === 0) return;
      for (const worker of workers.values()) worker.kill('SIGTERM');
      await allEnded.promise;
    },
    close: async () => edge.close?.(),
  };
}

const statesOf = ({ pools }: RunningEdge, pool: string): MemberState[] =>
  pools.get(pool)?.pool.endpoints.map(({ address, configuredWeight, backup, zone, healthy, draining }) => ({
    address,
    weight: configuredWeight,
    backup,
    zone,
    healthy,
    draining,
  })) ?? [];

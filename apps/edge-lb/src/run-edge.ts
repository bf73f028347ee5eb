import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { ConfigError } from '@edgeway/config';
import { listenAddress } from '@edgeway/discovery';
import { watchConfig, type Running, type ServiceContext } from '@edgeway/service-kit';
import { adminServer, type AdminServer } from './admin/admin-server.ts';
import { answerListener } from './admin/answer-listener.ts';
import type { Managed } from './admin/managed.ts';
import { createMetrics } from './admin/metrics.ts';
import type { EdgeConfig } from './config/schema.ts';
import { startEdge, type RunningEdge } from './start-edge.ts';
import { workerVariable } from './workers/messages.ts';
import { startPrimary } from './workers/primary.ts';
import { startWorker } from './workers/worker.ts';

/** Runs a balancer with all that belongs to it: workers, the internal API, and a file that is followed. */
export async function runEdge(
  context: ServiceContext,
  config: EdgeConfig,
  { file, load }: { readonly file: string; readonly load: (file: string) => EdgeConfig },
): Promise<Running> {
  if (context.env[workerVariable] !== undefined) return startWorker(context, config);
  const { log } = context;
  const metrics = createMetrics();
  const count = config.workers === 'auto' ? availableParallelism() : config.workers;
  const program = { file: process.argv[1]!, args: ['run', file] };
  const primary = count > 1 ? await startPrimary(context, config, count, { program, metrics }) : undefined;
  const running = primary ?? (await startEdge(context, config, { onAnswer: answerListener(log, config, metrics) }));
  const edge = primary?.edge ?? (running as RunningEdge);
  const watch = watchConfig({
    file,
    load,
    apply: running.apply,
    onReload: ({ status }) => edge.events.emit({ kind: 'reload', status }),
    log,
  });
  const managed: Managed = {
    pools: () => edge.pools,
    listeners: () =>
      Object.entries(edge.config.listeners).map(([name, { address, protocol }]) => ({
        name,
        address: edge.listening[name] ?? address,
        protocol,
      })),
    events: edge.events,
    metrics,
    ready: edge.ready,
    onChange: primary?.changed,
    reload: watch.reload,
  };
  const admin = await openAdmin(context, config, managed);
  return {
    drain: async () => {
      watch.close();
      await running.drain();
    },
    close: async () => {
      await admin?.close();
      await running.close?.();
    },
  };
}

async function openAdmin(
  { env, log, instance }: ServiceContext,
  { admin }: EdgeConfig,
  managed: Managed,
): Promise<AdminServer | undefined> {
  if (admin === undefined) return undefined;
  const address = listenAddress(admin.address.port, env, admin.address.host);
  const server = await adminServer({ address, token: tokenOf(admin), managed, log, instance });
  log.info({ listener: 'admin', ...server.address }, 'listening');
  return server;
}

/** @throws ConfigError when the file cannot be read, or holds nothing. */
function tokenOf({ tokenFile }: NonNullable<EdgeConfig['admin']>): string | undefined {
  if (tokenFile === undefined) return undefined;
  const fault = (message: string, cause?: unknown): ConfigError =>
    new ConfigError('edge-lb.yaml', [{ path: 'admin.tokenFile', message }], cause);
  let token: string;
  try {
    token = readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    throw fault(`cannot be read: ${String(error)}`, error);
  }
  if (token.length < 16) throw fault('must hold at least 16 characters');
  return token;
}

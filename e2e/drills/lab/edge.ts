import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { until } from '../../driver/until.ts';
import { startChild, type Child } from './child.ts';

/** A line of edge-lb's log that tells of an endpoint. */
export interface EndpointEvent {
  readonly at: number;
  readonly endpoint: string;
  readonly status: string;
}

/** `edge-lb run FILE` as a process. */
export interface Edge {
  readonly port: number;
  readonly child: Child;
  /** What it has said about endpoints since `since`, in its order. */
  events(since: number): EndpointEvent[];
  /** Replaces the config file as a whole, as an editor and a ConfigMap do. */
  rewrite(pool: PoolFields): void;
  /** The status of /readyz on a fresh connection; 0 when nobody listens. */
  readyz(): Promise<number>;
}

/** `pools.app` of edge-lb.yaml, as written there. */
export type PoolFields = Readonly<Record<string, unknown>>;

export interface EdgeOptions {
  readonly port: number;
  readonly configFile: string;
  readonly logFile: string;
  readonly pool: PoolFields;
  readonly env: NodeJS.ProcessEnv;
  /** Told of the process before it is ready: it is to be ended also when it never is. */
  onStart(child: Child): void;
}

/** Starts it and waits until it is ready. @throws Error with its log when it is not within 15 s. */
export async function startEdge({ port, configFile, logFile, pool, env, onStart }: EdgeOptions): Promise<Edge> {
  const rewrite = (fields: PoolFields): void => {
    const listeners = { drills: { address: `127.0.0.1:${port}`, routes: [{ path: '/', pool: 'app' }] } };
    // JSON is YAML too.
    writeFileSync(`${configFile}.new`, JSON.stringify({ listeners, pools: { app: fields } }, null, 2));
    renameSync(`${configFile}.new`, configFile);
  };
  rewrite(pool);
  const child = startChild('apps/edge-lb/src/main.ts', ['run', configFile], logFile, { LOG_LEVEL: 'warn', ...env });
  onStart(child);
  const edge: Edge = {
    port,
    child,
    events: (since) => eventsOf(logFile).filter(({ at }) => at >= since),
    rewrite,
    readyz: () => statusOf(port, '/readyz'),
  };
  try {
    const look = async () => {
      if (!child.running) throw new Error('edge-lb ended');
      return (await edge.readyz()) === 200 ? true : undefined;
    };
    await until('edge-lb is ready', look, 15_000);
  } catch (error) {
    throw new Error(`edge-lb did not start:\n${readFileSync(logFile, 'utf8')}`, { cause: error });
  }
  return edge;
}

function eventsOf(logFile: string): EndpointEvent[] {
  const lines = readFileSync(logFile, 'utf8').split('\n');
  return lines.flatMap((line) => {
    if (!/"msg":"(?:health|ejection) changed"/.test(line)) return [];
    const { time, endpoint, status } = JSON.parse(line) as { time: string; endpoint: string; status: string };
    return [{ at: new Date(time).getTime(), endpoint, status }];
  });
}

function statusOf(port: number, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path, agent: false, timeout: 1000 }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => resolve(0));
    asked.end();
  });
}

import { staticDiscovery, type Discovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { onTestFinished } from 'vitest';
import { EdgeConfig } from '../config/schema.ts';
import { startEdge } from '../start-edge.ts';

export interface LogLine {
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A balancer on a free port, until the test ends. */
export interface TestEdge {
  readonly port: number;
  readonly url: string;
  readonly log: readonly LogLine[];
  /** Settles when a line with this message is logged, or was. */
  logged(message: string, fields?: Readonly<Record<string, unknown>>): Promise<LogLine>;
  /** As SIGTERM would: not ready, then drained. */
  drain(): Promise<void>;
}

export interface TestEdgeOptions {
  /** Endpoints of the one pool, for a config of one pool and one route. */
  readonly endpoints?: readonly string[];
  /** Fields of that pool. */
  readonly pool?: object;
  /** Fields of the one listener. */
  readonly listener?: object;
  /** Fields of the whole config. */
  readonly config?: object;
  readonly discovery?: Discovery;
}

/** Every engine keeps the same promises; what one cannot is said in the test. */
export const engineNames = ['wire', 'http-proxy'] as const;

/** {@link testEdge} with this engine. */
export const testEdgeWith = (engine: (typeof engineNames)[number]) => (options: TestEdgeOptions) =>
  testEdge({ ...options, config: { engine, ...options.config } });

export async function testEdge(options: TestEdgeOptions): Promise<TestEdge> {
  const { endpoints = [], pool = {}, listener = {}, config = {}, discovery = staticDiscovery({}) } = options;
  const parsed = EdgeConfig.parse({
    listeners: { public: { address: 8080, routes: [{ path: '/', pool: 'main' }], ...listener } },
    pools: {
      main: {
        endpoints: { static: endpoints.map((address) => ({ address })) },
        health: { intervalSeconds: 3600 },
        ...pool,
      },
    },
    ...config,
  });
  const { log, lines, logged } = recordingLog();
  const stop = new AbortController();
  const context = {
    name: 'edge-lb',
    instance: 'edge-lb-1',
    env: { EDGEWAY_LISTEN: '8080=127.0.0.1:0' },
    log,
    discovery,
    draining: stop.signal,
  };
  const running = await startEdge(context, parsed);
  const { port } = Object.values(running.listening)[0]!;
  let drained: Promise<void> | undefined;
  const drain = (): Promise<void> => {
    stop.abort();
    return (drained ??= running.drain());
  };
  // Not waited for: a drain lingers for clients that stay, and here none do.
  onTestFinished(() => void drain().then(() => running.close?.()));
  return { port, url: `http://127.0.0.1:${port}`, log: lines, logged, drain };
}

function recordingLog() {
  const lines: LogLine[] = [];
  let arrived = Promise.withResolvers<void>();
  const write = (text: string): void => {
    lines.push(JSON.parse(text) as LogLine);
    arrived.resolve();
    arrived = Promise.withResolvers();
  };
  const logged = async (message: string, fields: Readonly<Record<string, unknown>> = {}): Promise<LogLine> => {
    for (;;) {
      const line = lines.find(
        (line) => line.msg === message && Object.entries(fields).every(([key, value]) => line[key] === value),
      );
      if (line !== undefined) return line;
      await arrived.promise;
    }
  };
  const log = createLogger({ name: 'edge-lb', instance: 'edge-lb-1', level: 'debug', destination: { write } });
  return { log, lines, logged };
}

import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@edgeway/stack/free-port';
import { onPath, type Lab, type LabProcess } from './lab.ts';
import { edgeLb, haproxy, nginxProxy, type Place } from './peer-configs.ts';

export const engineNames = ['wire', 'http-proxy', 'tcp', 'nginx', 'haproxy', 'haproxy-tcp', 'wire-2-workers'] as const;
export type EngineName = (typeof engineNames)[number];

/** A running engine in front of the upstream. */
export interface RunningEngine {
  readonly name: EngineName;
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

interface EngineSpec {
  /** What must be on PATH. */
  readonly program?: string;
  config(place: Place): string;
  command(file: string): [string, ...string[]];
}

const runEdge = (file: string): [string, ...string[]] => [process.execPath, 'apps/edge-lb/src/main.ts', 'run', file];
const runHaproxy = (file: string): [string, ...string[]] => ['haproxy', '-db', '-f', file];

const specs: Record<EngineName, EngineSpec> = {
  wire: { config: (place) => edgeLb(place, { engine: 'wire' }), command: runEdge },
  'wire-2-workers': { config: (place) => edgeLb(place, { engine: 'wire', workers: 2 }), command: runEdge },
  'http-proxy': { config: (place) => edgeLb(place, { engine: 'http-proxy' }), command: runEdge },
  tcp: { config: (place) => edgeLb(place, { protocol: 'tcp' }), command: runEdge },
  nginx: {
    program: 'nginx',
    config: nginxProxy,
    command: (file) => ['nginx', '-e', 'stderr', '-c', file],
  },
  haproxy: { program: 'haproxy', config: (place) => haproxy(place, 'http'), command: runHaproxy },
  'haproxy-tcp': { program: 'haproxy', config: (place) => haproxy(place, 'tcp'), command: runHaproxy },
};

const readyMs = 10_000;

/** Starts an engine and waits until it answers for the upstream; a string says why it does not. */
export async function startEngine(
  lab: Lab,
  name: EngineName,
  upstreamPort: number,
  clients = 4000,
): Promise<RunningEngine | string> {
  const { program, config, command } = specs[name];
  if (program !== undefined && !onPath(program)) return `${program} is not on PATH`;
  const port = await freePort();
  const file = lab.file(`${name}-${port}.conf`, config({ port, upstreamPort, folder: lab.folder, name, clients }));
  const child = lab.start(0, command(file), { LOG_LEVEL: 'warn' });
  const fault = await answers(child, port);
  if (fault === undefined) return { name, port, pid: child.pid, stop: () => child.stop() };
  await child.stop();
  return fault;
}

/** Waits for a 200 through it; a string says why there is none. */
export async function answers(child: LabProcess, port: number): Promise<string | undefined> {
  const until = performance.now() + readyMs;
  while (performance.now() < until && !child.hasExited()) {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } });
      await response.arrayBuffer();
      if (response.ok) return undefined;
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  if (!child.hasExited()) return `it does not answer within ${readyMs / 1000} s`;
  await child.exited;
  return `it does not start: ${reasonIn(child.output())}`;
}

/** The first fault of a refused configuration, else the first line that names an error, else the last. */
function reasonIn(output: string): string {
  const text = output.replaceAll(String.raw`\n`, '\n').trim();
  const faults = /\d+ faults?\n\s*(?<first>[^\n"]+)/.exec(text)?.groups?.['first'];
  const error = /^.*\w*Error\b.*: .*$/m.exec(text)?.[0];
  return (faults ?? error ?? text.split('\n').at(-1) ?? 'no reason given').replaceAll(/\s+/g, ' ').slice(0, 160);
}

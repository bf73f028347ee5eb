import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Child } from './child.ts';
import { startEdge, type Edge, type PoolFields } from './edge.ts';
import { restartablePort } from './port.ts';
import { upstream, type Upstream, type UpstreamOptions } from './upstream.ts';

/** How a drill is run. */
export interface Setting {
  /** By its name in edge-lb.yaml. */
  readonly strategy: string;
  /** How long a fault lasts. */
  readonly seconds: number;
  /** Requests a second, whatever the answers take. Default 200. */
  readonly rps?: number;
}

/** What every drill's pool has: noticed in about a second, hanging requests given up after one. */
const common: PoolFields = {
  health: { http: '/readyz', intervalSeconds: 0.5, timeoutSeconds: 0.5, fall: 2, rise: 1 },
  retry: { attempts: 3 },
  timeouts: { connectSeconds: 1, headersSeconds: 1 },
  // One of three is broken at most. When more seem to be, it is the machine that is late.
  panicPercent: 50,
};

/** Where a drill takes place: it owns a temporary folder and every process, and leaves nothing of either behind. */
export class Lab implements AsyncDisposable {
  readonly setting: Required<Setting>;
  private readonly folder = mkdtempSync(join(tmpdir(), 'edgeway-drill-'));
  private readonly children: Child[] = [];
  private readonly interrupted = (): void => void this[Symbol.asyncDispose]().finally(() => process.exit(130));

  constructor(setting: Setting) {
    this.setting = { rps: 200, ...setting };
    process.once('SIGINT', this.interrupted);
    process.once('SIGTERM', this.interrupted);
  }

  /** Upstreams a, b, c: all running. */
  async upstreams(options: UpstreamOptions = {}): Promise<[Upstream, Upstream, Upstream]> {
    const one = async (name: string): Promise<Upstream> => {
      const made = await upstream(name, join(this.folder, `${name}.log`), options, (child) => this.own(child));
      await made.start();
      return made;
    };
    return Promise.all([one('a'), one('b'), one('c')]);
  }

  /** edge-lb with one pool of what is common to all drills, and `fields` instead or besides. */
  async edge(fields: PoolFields, env: NodeJS.ProcessEnv = {}): Promise<Edge> {
    const [configFile, logFile] = [join(this.folder, 'edge-lb.yaml'), join(this.folder, 'edge-lb.log')];
    return startEdge({
      port: await restartablePort(),
      configFile,
      logFile,
      pool: this.pool(fields),
      env,
      onStart: (child) => this.own(child),
    });
  }

  pool(fields: PoolFields): PoolFields {
    return { ...common, strategy: this.strategy, ...fields };
  }

  /** The strategy as edge-lb.yaml has it. What peak-ewma remembers fades within a drill. */
  private get strategy(): unknown {
    const { strategy } = this.setting;
    return strategy === 'peak-ewma' ? { name: strategy, decaySeconds: 2 } : strategy;
  }

  /** The registry file of EDGEWAY_DISCOVERY, and how to replace it as a whole. */
  registry(): { readonly env: NodeJS.ProcessEnv; announce(upstreams: readonly Upstream[]): void } {
    const file = join(this.folder, 'registry.json');
    return {
      env: { EDGEWAY_DISCOVERY: `registry:${file}` },
      announce(upstreams) {
        const app = upstreams.map(({ name, port }) => ({ instance: name, host: '127.0.0.1', ports: { 3000: port } }));
        writeFileSync(`${file}.new`, JSON.stringify({ services: { app } }));
        renameSync(`${file}.new`, file);
      },
    };
  }

  /** What edge-lb has logged: for a drill that went wrong. Empty where none was started. */
  log(): string {
    const file = join(this.folder, 'edge-lb.log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  private own(child: Child): void {
    this.children.push(child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    process.off('SIGINT', this.interrupted);
    process.off('SIGTERM', this.interrupted);
    for (const child of this.children.filter(({ running }) => running)) child.signal('SIGKILL');
    await Promise.all(this.children.map(({ ended }) => ended));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const staticEndpoints = (upstreams: readonly Upstream[], weights: readonly number[] = []): PoolFields => ({
  static: upstreams.map(({ address }, index) => ({ address, weight: weights[index] ?? 1 })),
});

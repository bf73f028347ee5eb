import { Agent, request } from 'node:http';

/** One request as its client saw it. */
export interface Seen {
  /** When it was due; epoch milliseconds. */
  readonly at: number;
  /** 0: no answer, see `error`. */
  readonly status: number;
  /** From when it was due to the end of the answer: a client that fell behind does not hide a delay. */
  readonly ms: number;
  /** The upstream that answered. */
  readonly servedBy: string | undefined;
  readonly error?: string;
}

export interface SteadyLoad {
  /** Those that have ended. */
  readonly seen: readonly Seen[];
  /** Asks for nothing more; settles when all that was asked is answered. */
  stop(): Promise<readonly Seen[]>;
}

export interface SteadyLoadOptions {
  readonly port: number;
  readonly rps: number;
  /** How long a client waits at most. Default 5 s. */
  readonly timeoutMs?: number;
}

const tickMs = 5;

/** Epoch milliseconds that do not jump. */
export const now = (): number => performance.timeOrigin + performance.now();

/**
 * GETs at a constant rate over kept-alive connections, each asked once and never again. An open model: the
 * next is asked when it is due, however long the last ones take, as many independent clients would.
 */
export function steadyLoad({ port, rps, timeoutMs = 5000 }: SteadyLoadOptions): SteadyLoad {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: Infinity });
  const seen: Seen[] = [];
  const asked = new Set<Promise<void>>();
  const from = now();
  let count = 0;
  const ask = (at: number): Promise<void> =>
    new Promise((resolve) => {
      let over = false;
      const end = (status: number, servedBy: string | undefined, error?: string): void => {
        if (over) return;
        over = true;
        seen.push({ at, status, ms: now() - at, servedBy, ...(error === undefined ? {} : { error }) });
        resolve();
      };
      const asking = request({ host: '127.0.0.1', port, path: '/', agent, timeout: timeoutMs }, (response) => {
        const servedBy = response.headers['x-upstream'] as string | undefined;
        response.on('end', () => end(response.statusCode ?? 0, servedBy));
        response.on('error', (error: NodeJS.ErrnoException) => end(0, servedBy, `cut: ${error.code ?? error.message}`));
        response.resume();
      });
      asking.on('timeout', () => asking.destroy(new Error(`silent for ${timeoutMs} ms`)));
      asking.on('error', (error: NodeJS.ErrnoException) => end(0, undefined, error.code ?? error.message));
      asking.end();
    });
  const timer = setInterval(() => {
    for (const due = ((now() - from) * rps) / 1000; count < due; count++) {
      const asking = ask(from + (count * 1000) / rps).finally(() => asked.delete(asking));
      asked.add(asking);
    }
  }, tickMs);
  return {
    seen,
    async stop() {
      clearInterval(timer);
      await Promise.all(asked);
      agent.destroy();
      return seen.toSorted((a, b) => a.at - b.at);
    },
  };
}

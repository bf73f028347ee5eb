import { Agent, request } from 'node:http';

export interface MixedReport {
  readonly asked: number;
  /** Of those, how many the client left before they were answered. */
  readonly aborted: number;
  readonly failed: readonly string[];
}

export interface MixedLoad {
  stop(): Promise<MixedReport>;
}

interface Kind {
  readonly method: 'GET' | 'POST';
  readonly bytes: number;
  readonly rps: number;
  /** The client leaves in the middle. */
  readonly leaves?: true;
}

const kinds: readonly Kind[] = [
  { method: 'GET', bytes: 0, rps: 100 },
  { method: 'POST', bytes: 1024, rps: 50 },
  { method: 'POST', bytes: 100 * 1024, rps: 10 },
  { method: 'GET', bytes: 0, rps: 10, leaves: true },
  { method: 'POST', bytes: 100 * 1024, rps: 10, leaves: true },
];
const tickMs = 10;
const timeoutMs = 10_000;

/** GETs, small and large POSTs, and clients that leave before the answer or within their body. */
export function mixedLoad(port: number): MixedLoad {
  const agent = new Agent({ keepAlive: true });
  const asking = new Set<Promise<void>>();
  const failed: string[] = [];
  const counts = kinds.map(() => 0);
  let aborted = 0;
  const from = performance.now();

  const ask = ({ method, bytes, leaves }: Kind): Promise<void> =>
    new Promise((resolve) => {
      const sent = request({ host: '127.0.0.1', port, path: '/', method, agent, timeout: timeoutMs }, (response) => {
        response.resume();
        response.on('end', () => {
          if (response.statusCode !== 200) failed.push(`${method} ${bytes}: ${response.statusCode}`);
        });
      });
      let left = false;
      sent.on('timeout', () => sent.destroy(new Error('silent')));
      sent.on('error', (error) => void (left || failed.push(`${method} ${bytes}: ${error.message}`)));
      sent.on('close', resolve);
      if (bytes > 0) sent.setHeader('content-length', bytes);
      if (leaves === undefined) return void sent.end(Buffer.alloc(bytes, 'x'));
      aborted++;
      sent.flushHeaders();
      if (bytes > 0) sent.write(Buffer.alloc(bytes / 2, 'x'));
      else sent.end();
      const leave = (): void => {
        left = true;
        sent.destroy();
      };
      setTimeout(leave, Math.random() * 4);
    });

  const timer = setInterval(() => {
    const seconds = (performance.now() - from) / 1000;
    for (const [at, kind] of kinds.entries())
      for (; counts[at]! < seconds * kind.rps; counts[at]!++) {
        const one = ask(kind).finally(() => asking.delete(one));
        asking.add(one);
      }
  }, tickMs);

  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(asking);
      agent.destroy();
      return { asked: counts.reduce((all, count) => all + count, 0), aborted, failed };
    },
  };
}

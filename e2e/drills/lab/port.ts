import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below where Linux (32768) and others (49152) take the near end of outgoing connections from. */
const range = { first: 20_000, last: 32_000 };
const handedOut = new Set<number>();

/**
 * A loopback port that stays free while its owner is down: `driver/free-port.ts` gives one that any
 * outgoing connection may take before an upstream that was killed is back on it.
 */
export async function restartablePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = range.first + Math.floor(Math.random() * (range.last - range.first));
    if (handedOut.has(port)) continue;
    handedOut.add(port);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error(`no free port between ${range.first} and ${range.last}`);
}

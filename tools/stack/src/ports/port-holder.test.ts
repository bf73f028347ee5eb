import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { freePort, portState } from './free-port.ts';
import { portHolder } from './port-holder.ts';

describe('portHolder', () => {
  it('names the process that listens, and nobody when none does', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await portState(port, '0.0.0.0')).toBe('busy');
    expect((await portHolder(port))?.pid).toBe(process.pid);
    server.close();
    await once(server, 'close');
    expect(await portHolder(port)).toBeUndefined();
    expect(await portState(port, '0.0.0.0')).toBe('free');
  });

  it('is asked of ports that are free when they are handed out', async () => {
    const port = await freePort();
    expect(await portState(port, '127.0.0.1')).toBe('free');
  });
});

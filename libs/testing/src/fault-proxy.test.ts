import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';

let echo: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startFaultProxy({ target: { host: '127.0.0.1', port: (echo.address() as AddressInfo).port } });
});
afterEach(async () => {
  await proxy.stop();
  echo.close();
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy);
  await once(socket, 'connect');
  return socket;
}

async function echoes(socket: Socket): Promise<string> {
  socket.write('hello');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

describe('a fault proxy', () => {
  it('passes bytes both ways, and the end of them', async () => {
    const socket = await dial();
    expect(await echoes(socket)).toBe('hello');
    socket.end();
    await once(socket, 'close');
  });

  it('cut: resets what is open and serves the next', async () => {
    const socket = await dial();
    await echoes(socket);
    proxy.cut();
    await expect(once(socket, 'data')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const next = await dial();
    expect(await echoes(next)).toBe('hello');
    next.destroy();
  });

  it('refuse, then accept: gone, then back on the same port', async () => {
    const socket = await dial();
    await echoes(socket);
    const reset = once(socket, 'data').catch((error: NodeJS.ErrnoException) => error.code);
    await proxy.refuse();
    expect(await reset).toBe('ECONNRESET');
    await expect(dial()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await proxy.accept();
    const back = await dial();
    expect(await echoes(back)).toBe('hello');
    back.destroy();
  });
});

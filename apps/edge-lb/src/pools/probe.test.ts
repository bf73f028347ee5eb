import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { rawUpstream } from '../testing/fake-upstream.ts';
import { httpProbe, tcpProbe } from './probe.ts';

const answering = (bytes: string) => rawUpstream((_received, socket) => void socket.write(bytes));

describe('httpProbe', () => {
  it.each([
    ['200', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n', true],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', true],
    ['a body that never ends', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n', true],
    ['302', 'HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n', false],
    ['503', 'HTTP/1.1 503 Unavailable\r\n\r\n', false],
    ['another protocol', 'SSH-2.0-x\r\n', false],
    ['a protocol switch', 'HTTP/1.1 101 x\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n', false],
  ])('%s', async (_name, bytes, healthy) => {
    const upstream = await answering(bytes);
    expect(await httpProbe(upstream.address, '/health', 5000)).toBe(healthy);
    expect(upstream.connections[0]!.received).toMatch(/^GET \/health HTTP\/1\.1\r\n/);
  });

  it('lets go of an endpoint that would go on answering for ever', async () => {
    const upstream = await answering('HTTP/1.1 200 OK\r\n\r\nx');
    expect(await httpProbe(upstream.address, '/health', 3_600_000)).toBe(true);
    const { socket } = upstream.connections[0]!;
    if (!socket.destroyed) await once(socket, 'close');
  });

  it('takes silence for a failure once the time is up', async () => {
    expect(await httpProbe((await answering('')).address, '/health', 50)).toBe(false);
  });

  it('takes a refused connection for a failure', async () => {
    const upstream = await answering('');
    await upstream.stop();
    expect(await httpProbe(upstream.address, '/health', 5000)).toBe(false);
  });
});

describe('tcpProbe', () => {
  it('asks only whether someone is there', async () => {
    const upstream = await rawUpstream(() => undefined);
    expect(await tcpProbe(upstream.address, 1000)).toBe(true);
    await upstream.stop();
    expect(await tcpProbe(upstream.address, 1000)).toBe(false);
  });
});

import { Agent, ClientRequest } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deadlines } from './deadlines.ts';

describe('the deadline to connect', () => {
  const limits = { connectSeconds: 1, headersSeconds: 5, idleSeconds: 60 };
  /** An upstream request whose socket a test moves along. */
  function begun() {
    const upstream = new ClientRequest({ agent: new WaitingAgent() }).on('error', () => undefined);
    const onExpired = vi.fn<(error: Error) => void>();
    return { upstream, onExpired, stop: deadlines(upstream, limits, onExpired) };
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('says that nobody was reached, so that the request may go elsewhere', () => {
    const { upstream, onExpired } = begun();
    upstream.emit('socket', Object.assign(new Socket(), { connecting: true }));
    vi.advanceTimersByTime(1000);
    expect(onExpired.mock.calls).toMatchObject([[{ code: 'EDGE_CONNECT_TIMEOUT' }]]);
  });

  it('says that it timed out when all connections are taken: a busy endpoint is not a dead one', () => {
    const { onExpired } = begun();
    vi.advanceTimersByTime(1000);
    expect(onExpired.mock.calls).toMatchObject([[{ code: 'EDGE_UPSTREAM_TIMEOUT' }]]);
  });

  it('ends with the connection', () => {
    const { upstream, onExpired, stop } = begun();
    const socket = Object.assign(new Socket(), { connecting: true });
    upstream.emit('socket', socket);
    socket.emit('connect');
    vi.advanceTimersByTime(60_000);
    expect(onExpired).not.toHaveBeenCalled();
    stop();
  });
});

/** Never has a connection free. */
class WaitingAgent extends Agent {
  override addRequest(): void {
    // the request waits
  }
}

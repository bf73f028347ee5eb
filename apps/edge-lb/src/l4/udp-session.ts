import { createSocket, type SocketOptions, type SocketType } from 'node:dgram';
import { lookup } from 'node:dns';
import { isIP, isIPv6 } from 'node:net';
import { hostAndPort } from '../pools/host-and-port.ts';

export interface UdpSessionOptions {
  /** `host:port` */
  readonly endpoint: string;
  readonly idleSeconds: number;
  onReply(datagram: Buffer): void;
  /** Called once; with a failure unless it was idle or closed from outside. */
  onClose(failure?: NodeJS.ErrnoException): void;
}

export interface UdpSession {
  /** @returns false when the datagram is dropped. */
  send(datagram: Buffer): boolean;
  close(): void;
}

type State =
  | { readonly is: 'connecting'; readonly waiting: Buffer[] }
  | { readonly is: 'connected' }
  | { readonly is: 'closed' };

/** As many datagrams wait for the socket to be connected; that takes one turn of the event loop. */
const maxWaiting = 16;

/**
 * A client's datagrams on their way to one endpoint. The socket is connected: answers of others do not come
 * through, and an endpoint where nobody listens is known by the ICMP error that comes back.
 */
export function udpSession({ endpoint, idleSeconds, onReply, onClose }: UdpSessionOptions): UdpSession {
  const [host, port] = hostAndPort(endpoint);
  const socket = createSocket({ type: typeOf(host), lookup: unresolved });
  let state: State = { is: 'connecting', waiting: [] };
  const close = (failure?: NodeJS.ErrnoException): void => {
    if (state.is === 'closed') return;
    state = { is: 'closed' };
    clearTimeout(idle);
    socket.close();
    // Having no descriptor left is found at once, before the caller knows the session it is told of.
    queueMicrotask(() => onClose(failure));
  };
  const idle = setTimeout(close, idleSeconds * 1000);

  // Of `connect` too, since it is given no callback; and of sending.
  socket.on('error', close);
  socket.once('connect', () => {
    if (state.is !== 'connecting') return;
    const { waiting } = state;
    state = { is: 'connected' };
    for (const datagram of waiting) socket.send(datagram);
  });
  socket.on('message', (datagram) => {
    idle.refresh();
    onReply(datagram);
  });
  socket.connect(port, host);
  return {
    send(datagram) {
      if (state.is === 'closed') return false;
      idle.refresh();
      if (state.is === 'connected') socket.send(datagram);
      else if (state.waiting.length < maxWaiting) state.waiting.push(datagram);
      else return false;
      return true;
    },
    close: () => close(),
  };
}

export const typeOf = (host: string): SocketType => (isIPv6(host) ? 'udp6' : 'udp4');

/** Resolves names as ever, but an IP address at once: a socket would go through the resolver for each datagram. */
export const unresolved: NonNullable<SocketOptions['lookup']> = (host, options, done) => {
  const family = isIP(host);
  if (family === 0) lookup(host, options, done);
  else done(null, host, family);
};

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Ways to take a server away from its clients, and to give it back, without stopping it. */
export interface Faults {
  /** From now on connections are refused; those that exist are cut. As if the server had died. */
  refuse(): Promise<void>;
  /** Undoes {@link Faults.refuse}, on the same port. */
  accept(): Promise<void>;
  /** Resets the connections that exist; new ones are served. */
  cut(): void;
}

/** A TCP proxy with {@link Faults}, listening on loopback. */
export interface FaultProxy extends Faults {
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** Stands between a client and `target`, so that a test can fail the way between them. */
export async function startFaultProxy({
  target,
}: {
  readonly target: { readonly host: string; readonly port: number };
}): Promise<FaultProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    join(client, upstream, sockets);
    join(upstream, client, sockets);
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const cut = () => {
    for (const socket of sockets) socket.resetAndDestroy();
  };
  const refuse = async () => {
    const closed = server.listening ? once(server, 'close') : undefined;
    server.close();
    cut();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return { host: '127.0.0.1', port, cut, refuse, accept: () => listen(port), stop: refuse };
}

function join(from: Socket, to: Socket, sockets: Set<Socket>): void {
  sockets.add(from);
  from.setNoDelay(true);
  from.pipe(to);
  from.on('error', () => to.destroy());
  from.on('close', () => {
    sockets.delete(from);
    to.destroySoon();
  });
}

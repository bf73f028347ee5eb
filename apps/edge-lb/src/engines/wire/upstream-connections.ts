import type { ConnectionKeeper } from './upstream-connection.ts';
import { UpstreamConnection } from './upstream-connection.ts';

const maxIdlePerEndpoint = 256;
/** Shorter than services keep theirs (65 s), so that it is this side that closes. */
const idleMs = 55_000;

/** The kept-alive connections to all endpoints. */
export class UpstreamConnections implements ConnectionKeeper {
  private readonly idles = new Map<string, UpstreamConnection[]>();
  private readonly all = new Set<UpstreamConnection>();
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  /** One that is idle, the one used last first: so that those nobody needs grow old. Else a new one. */
  take(address: string): UpstreamConnection {
    const connection = this.idles.get(address)?.pop() ?? new UpstreamConnection(address, this);
    this.all.add(connection);
    return connection;
  }

  idle(connection: UpstreamConnection): void {
    let idles = this.idles.get(connection.address);
    if (idles === undefined) this.idles.set(connection.address, (idles = []));
    connection.idleSince = this.now();
    if (idles.length < maxIdlePerEndpoint && connection.announcedIdleMs > 0) idles.push(connection);
    else connection.destroy();
  }

  gone(connection: UpstreamConnection): void {
    this.all.delete(connection);
    const idles = this.idles.get(connection.address);
    const at = idles?.indexOf(connection) ?? -1;
    if (at >= 0) idles!.splice(at, 1);
    if (idles?.length === 0) this.idles.delete(connection.address);
  }

  /** Closes those that have been idle for too long. */
  sweep(): void {
    const now = this.now();
    const old = ({ idleSince, announcedIdleMs }: UpstreamConnection): boolean =>
      now - idleSince >= Math.min(idleMs, announcedIdleMs);
    // Those that go leave the lists.
    for (const connection of [...this.idles.values()].flatMap((idles) => idles.filter(old))) connection.destroy();
  }

  close(): void {
    for (const connection of this.all) connection.destroy();
  }
}

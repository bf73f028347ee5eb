import { defaultLimits, RequestHead } from '@edgeway/http1';
import type { Front } from '../engine.ts';
import type { Surroundings } from './client.ts';
import { UpstreamConnections } from './upstream-connections.ts';

/** How exact timeouts are. One timer for all connections: one each, set and cleared per request, is what costs. */
const tickMs = 100;

/** A connection as its listener sees it. */
interface Tracked {
  tick(now: number): void;
  leaveIfIdle(): void;
}

/** What the connections of one listener share. */
export class WireContext implements Surroundings {
  readonly front: Front;
  readonly upstreams: UpstreamConnections;
  /** Milliseconds, as of the last tick. */
  now = performance.now();
  lastTick = this.now;
  draining = false;
  private readonly connections = new Set<Tracked>();
  private readonly perAddress = new Map<string, number>();
  private readonly heads: RequestHead[] = [];
  private readonly timer: NodeJS.Timeout;
  private onEmpty: (() => void) | undefined;

  constructor(front: Front) {
    this.front = front;
    this.upstreams = new UpstreamConnections(() => this.now);
    // After the events that are waiting: what came in while this process had no CPU has come in time.
    this.timer = setInterval(() => setImmediate(() => this.tick()), tickMs);
  }

  /** A parser for a head that has begun: connections between requests have none. */
  takeHead(): RequestHead {
    const head = this.heads.pop() ?? new RequestHead({ ...defaultLimits, ...this.front.limits });
    head.reset();
    return head;
  }

  giveBackHead(head: RequestHead): void {
    if (this.heads.length < 64) this.heads.push(head);
  }

  /** Whether one more connection of this peer is within the limits. */
  hasRoomFor(peer: string): boolean {
    const { connections, connectionsPerAddress } = this.front.limits;
    return this.connections.size < connections && (this.perAddress.get(peer) ?? 0) < connectionsPerAddress;
  }

  come(connection: Tracked, peer: string): void {
    this.connections.add(connection);
    this.perAddress.set(peer, (this.perAddress.get(peer) ?? 0) + 1);
  }

  gone(connection: Tracked, peer: string): void {
    if (!this.connections.delete(connection)) return;
    const left = this.perAddress.get(peer)! - 1;
    if (left === 0) this.perAddress.delete(peer);
    else this.perAddress.set(peer, left);
    if (this.connections.size === 0) this.onEmpty?.();
  }

  leaveIdle(): void {
    for (const connection of this.connections) connection.leaveIfIdle();
  }

  /** Settles when the last client has gone. */
  empty(): Promise<void> {
    if (this.connections.size === 0) return Promise.resolve();
    return new Promise((resolve) => (this.onEmpty = resolve));
  }

  close(): void {
    clearInterval(this.timer);
    this.upstreams.close();
  }

  private tick(): void {
    this.lastTick = this.now;
    this.now = performance.now();
    for (const connection of this.connections) connection.tick(this.now);
    this.upstreams.sweep();
  }
}

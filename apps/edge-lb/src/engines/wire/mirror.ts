import type { Lease } from '@edgeway/balancing';
import type { UpstreamPool } from '../../pools/upstream-pool.ts';
import type { Asker } from './asker.ts';
import type { Surroundings } from './client.ts';

/** Sends a copy of a request to another pool, whose answer nobody waits for, and whose failure nobody notices. */
export function mirror(engine: Surroundings, pool: UpstreamPool, text: string, method: string): void {
  const lease = pool.acquire(new Set());
  if (lease === undefined) return;
  const connection = engine.upstreams.take(lease.endpoint.address);
  const timer = setTimeout(() => {
    connection.destroy();
    lease.release('failed');
  }, pool.timeouts.headersSeconds * 1000);
  connection.ask(new Unheard(lease, method, timer), text, []);
}

class Unheard implements Asker {
  readonly isHead: boolean;
  readonly unchunked = false;
  readonly requestDone = true;
  private readonly lease: Lease;
  private readonly timer: NodeJS.Timeout;

  constructor(lease: Lease, method: string, timer: NodeJS.Timeout) {
    this.lease = lease;
    this.isHead = method === 'HEAD';
    this.timer = timer;
  }

  ended(): void {
    clearTimeout(this.timer);
    this.lease.release();
  }

  failed(): void {
    clearTimeout(this.timer);
    this.lease.release('failed');
  }

  switched(): boolean {
    return false;
  }

  connected(): void {}
  drained(): void {}
  interim(): void {}
  answer(): void {}
  data(): void {}
}

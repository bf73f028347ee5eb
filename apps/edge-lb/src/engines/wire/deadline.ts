import { CodedError } from '@edgeway/errors';
import type { PoolConfig } from '../../config/schema.ts';

/** What an exchange waits for. */
export type Awaited = 'connect' | 'headers' | 'idle' | 'tunnel';

const fields = {
  connect: 'connectSeconds',
  headers: 'headersSeconds',
  idle: 'idleSeconds',
  tunnel: 'tunnelSeconds',
} as const satisfies Record<Awaited, keyof PoolConfig['timeouts']>;

/** How long an exchange waits for what comes next: one number to set, looked at by the engine's tick. */
export class Deadline {
  private at = Infinity;
  private what: Awaited = 'connect';
  private seconds = 0;

  /** @param now by the engine's clock. */
  wait(what: Awaited, timeouts: PoolConfig['timeouts'], now: number): void {
    this.what = what;
    this.seconds = timeouts[fields[what]];
    this.at = now + this.seconds * 1000;
  }

  clear(): void {
    this.at = Infinity;
  }

  /** Why it is over, once it is; told once. */
  expired(now: number): NodeJS.ErrnoException | undefined {
    if (now < this.at) return undefined;
    this.clear();
    if (this.what === 'connect')
      return Object.assign(new Error(`not connected within ${this.seconds} s`), { code: 'EDGE_CONNECT_TIMEOUT' });
    const what = this.what === 'headers' ? 'No answer began' : 'No byte passed';
    return new CodedError('EDGE_UPSTREAM_TIMEOUT', { detail: `${what} within ${this.seconds} s.` });
  }
}

import { ChunkedFraming } from './chunked.ts';
import type { Fault } from './fault.ts';
import { defaultLimits, type Limits } from './limits.ts';
import type { BodyEnd } from './response-head.ts';

/** Follows the body of one message after another through a connection, without keeping any of it. */
export class BodyFraming {
  /** Whether the body has ended. One that ends by close never is: its connection says when. */
  done = true;
  fault: Fault | undefined;
  private end: BodyEnd = 'none';
  private left = 0;
  private readonly chunks: ChunkedFraming;

  constructor(limits: Limits = defaultLimits) {
    this.chunks = new ChunkedFraming(limits);
  }

  /** Begins a body that ends this way; `length` counts for `length` alone. */
  begin(end: BodyEnd, length = 0): void {
    this.end = end;
    this.left = length;
    this.fault = undefined;
    this.done = end === 'none' || (end === 'length' && length === 0);
    if (end === 'chunked') this.chunks.reset();
  }

  /**
   * Reads on.
   *
   * @param onData is shown the content alone, for a recipient that knows no chunks.
   * @returns the position behind the last byte of this body.
   */
  advance(bytes: Uint8Array, from: number, end: number, onData?: (start: number, end: number) => void): number {
    if (this.done) return from;
    if (this.end === 'chunked') {
      const at = this.chunks.advance(bytes, from, end, onData);
      this.done = this.chunks.done;
      this.fault = this.chunks.fault;
      return at;
    }
    const take = this.end === 'close' ? end - from : Math.min(this.left, end - from);
    this.left -= take;
    if (this.end === 'length' && this.left === 0) this.done = true;
    if (take > 0) onData?.(from, from + take);
    return from + take;
  }
}

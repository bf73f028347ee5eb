import type { ResponseHead } from '@edgeway/http1';

/**
 * Whoever sent a request on an upstream connection, and is told how that goes. Bytes are only lent:
 * the buffer is read into again once the call is over, unless {@link UpstreamConnection.keepBuffer}.
 */
export interface Asker {
  readonly isHead: boolean;
  /** Whether content is wanted without its chunked framing. */
  readonly unchunked: boolean;
  /** Whether all of the request has gone out. */
  readonly requestDone: boolean;
  /** The connection stands. */
  connected(): void;
  /** There is room again for more of the request. */
  drained(): void;
  /** A 1xx. */
  interim(head: ResponseHead, bytes: Buffer): void;
  /** A 101 and what came behind it. @returns whether it was asked for. */
  switched(head: ResponseHead, bytes: Buffer, from: number, to: number): boolean;
  /** The final answer begins, with as much of its body as came with it. */
  answer(head: ResponseHead, bytes: Buffer, from: number, to: number): void;
  data(bytes: Buffer, from: number, to: number): void;
  /** The answer is complete. */
  ended(): void;
  /** No answer, or not all of it, will come. Called at most once, and nothing after it. */
  failed(error: NodeJS.ErrnoException): void;
}

import type { CodedError } from '@edgeway/errors';
import type { Front } from '../engine.ts';
import type { UpstreamConnection } from './upstream-connection.ts';
import type { UpstreamConnections } from './upstream-connections.ts';

/** What an exchange needs of its listener. */
export interface Surroundings {
  readonly front: Front;
  readonly upstreams: UpstreamConnections;
  /** Milliseconds, as of the last tick. */
  readonly now: number;
}

/** A client as an exchange sees it: where an answer goes, and where more of the request comes from. */
export interface Client {
  readonly engine: Surroundings;
  pauseReading(): void;
  resumeReading(): void;
  write(text: string): void;
  /** A head and the beginning of its body. */
  writeWith(head: string, bytes: Buffer, from: number, to: number, source: UpstreamConnection): void;
  writeBytes(bytes: Buffer, from: number, to: number, source: UpstreamConnection): void;
  /** Whether the connection ends with the answer that begins now. */
  endsWith(answerEnds: boolean): boolean;
  becomeTunnel(): void;
  /** The answer is complete. */
  answered(): void;
  /** It could not be completed, and must not look as if it had been. */
  cut(): void;
  refuse(error: CodedError, requestId: string, path: string): void;
  /** Called once, however the exchange ended. */
  exchangeOver(): void;
}

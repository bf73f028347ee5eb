import { constants, type ServerHttp2Stream } from 'node:http2';
import { Duplex } from 'node:stream';
import { closeWhenSent } from './close-when-sent.ts';
import { H2Answer } from './h2-answer.ts';
import type { H2Request } from './h2-request.ts';

/** Waiting in either direction before the other side is made to wait; with the stream's window as much again. */
const highWaterBytes = 64 * 1024;
/** How long a client may take nothing of an answer that is complete on this side. */
const stallMs = 30_000;
const { NGHTTP2_CANCEL } = constants;

/**
 * One HTTP/2 stream as a connection with one HTTP/1.1 request on it: what is read is the request, what is
 * written is the answer. To the engine it is a client like another, so its parser, routes, retries and
 * limits are the same for both.
 *
 * It never ends its reading side, as a client that waits for its answer does not. Destroyed before the
 * answer is complete, it resets the stream: nobody takes half an answer for a whole one. A reset by the
 * client destroys it. Trailers of requests are left out.
 */
export class H2Exchange extends Duplex {
  /** That it came over TLS; also, that there is no TCP connection here to reset. */
  readonly encrypted = true;
  /** Whether it was this side that gave up. */
  cut = false;
  private readonly stream: ServerHttp2Stream;
  private readonly answer: H2Answer;
  private readonly onBroken: (error: unknown) => void;
  private requestEnded: boolean;

  /** @param onBroken is told what was written that is no answer. */
  constructor(
    stream: ServerHttp2Stream,
    { method, head, body }: Extract<H2Request, { kind: 'request' }>,
    onBroken: (error: unknown) => void,
  ) {
    super({ highWaterMark: highWaterBytes });
    this.stream = stream;
    this.answer = new H2Answer(stream, method);
    this.onBroken = onBroken;
    this.requestEnded = body === 'none';
    this.push(Buffer.from(head, 'latin1'));
    stream.once('aborted', () => this.destroy());
    stream.once('close', () => super.destroy());
    if (body === 'none') stream.resume();
    else this.follow(body === 'chunked');
  }

  /** Whether the whole answer was written. */
  get answered(): boolean {
    return this.answer.complete;
  }

  override _read(): void {
    if (!this.requestEnded) this.stream.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    try {
      this.answer.write(chunk, done);
    } catch (error) {
      // Where the stream has gone, nothing can be said on it.
      if (!this.stream.closed) this.onBroken(error);
      this.destroy();
    }
    if (this.answered) this.leaveRequest();
  }

  override _final(done: () => void): void {
    this.answer.end();
    if (this.answered) this.leaveRequest();
    else this.giveUp();
    done();
  }

  /**
   * Whoever has ended a connection lingers on it for a while, and then destroys it. Meanwhile a kernel would
   * have taken the last bytes; here they may wait for the client's window, and are not to be lost.
   */
  override destroy(error?: Error): this {
    if (!this.writableEnded || this.writableFinished || this.stream.closed) return super.destroy(error);
    this.expectProgress();
    return this;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.answered) {
      this.leaveRequest();
      this.expectProgress();
    } else this.giveUp();
    done(error);
  }

  private follow(chunked: boolean): void {
    const { stream } = this;
    stream.on('data', (chunk: Buffer) => {
      if (this.destroyed || this.answered) return;
      const wanted = this.push(chunked ? framed(chunk) : chunk);
      if (!wanted) stream.pause();
    });
    stream.once('end', () => {
      if (this.destroyed || this.answered) return;
      // Reset without an error, which looks like an end: but an answer is still due, so it is none.
      if (stream.closed) return void this.destroy();
      this.requestEnded = true;
      if (chunked) this.push('0\r\n\r\n');
    });
  }

  /** The answer stands: the rest of the request is read off, and the client told to spare it. */
  private leaveRequest(): void {
    if (this.requestEnded) return;
    this.requestEnded = true;
    closeWhenSent(this.stream);
  }

  private giveUp(): void {
    const { stream } = this;
    if (stream.closed) return;
    this.cut = true;
    // Not by `close(NGHTTP2_INTERNAL_ERROR)`: that ends the stream first, in order, and then resets it.
    stream.destroy(new Error('answer cut'));
  }

  private expectProgress(): void {
    const { stream } = this;
    if (!stream.closed) stream.setTimeout(stallMs, () => stream.close(NGHTTP2_CANCEL));
  }
}

const framed = (chunk: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]);

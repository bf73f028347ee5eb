import { connect, type Socket } from 'node:net';
import { BodyFraming, detailOf, idOf, ResponseHead, type Fault } from '@edgeway/http1';
import { CodedError } from '@edgeway/errors';
import { hostAndPort } from '../../pools/host-and-port.ts';
import type { Asker } from './asker.ts';

/** A body chunk that is no larger goes out with what is before it, as one string and in one system call. */
const smallBytes = 4096;
const firstBufferBytes = 4 * 1024;
const largeBufferBytes = 64 * 1024;
/** Interim answers to one request; whoever sends more is not getting to the point. */
const maxInterim = 32;
const keepAlive = idOf('keep-alive');

/** What a connection tells whoever keeps it. */
export interface ConnectionKeeper {
  /** An answer is complete and another request may be sent. */
  idle(connection: UpstreamConnection): void;
  gone(connection: UpstreamConnection): void;
}

/** One kept-alive connection to an endpoint: it carries one request after another, each to the end of its answer. */
export class UpstreamConnection {
  readonly address: string;
  readonly socket: Socket;
  /** Whether it has answered before: then a reset may only mean that its time was up. */
  reused = false;
  connected = false;
  /** How long the endpoint says it keeps an idle connection; milliseconds. */
  announcedIdleMs = Infinity;
  /** By the engine's clock, when it became idle. */
  idleSince = 0;
  private asker: Asker | undefined;
  private phase: 'idle' | 'head' | 'body' | 'tunnel' | 'gone' = 'idle';
  private readonly head = new ResponseHead();
  private readonly framing = new BodyFraming();
  /** The beginning of a head whose end has not come. */
  private pending: Buffer | undefined;
  private interims = 0;
  private buffer: Buffer = Buffer.allocUnsafeSlow(firstBufferBytes);
  private lent = false;
  /** Buffers whose bytes are still on their way, and those that may be read into again. */
  private away: Buffer[] = [];
  private spare: Buffer[] = [];
  private readonly keeper: ConnectionKeeper;

  constructor(address: string, keeper: ConnectionKeeper) {
    this.address = address;
    this.keeper = keeper;
    const [host, port] = hostAndPort(address);
    const socket = connect({
      host,
      port,
      noDelay: true,
      // Read into one buffer again and again; a fresh 64 KiB for each small answer is what costs most.
      onread: {
        buffer: () => this.nextBuffer(),
        callback: (length, buffer) => {
          this.read(buffer as Buffer, length);
          return true;
        },
      },
    });
    this.socket = socket;
    socket.once('connect', () => {
      this.connected = true;
      this.asker?.connected();
    });
    socket.on('drain', () => this.asker?.drained());
    socket.once('end', () => this.onEnd());
    socket.once('error', (error) => this.fail(error));
    socket.once('close', () => this.fail(reset('closed')));
  }

  /** Sends a request's head and as much of its body as there is. */
  ask(asker: Asker, head: string, body: readonly Buffer[]): void {
    this.asker = asker;
    this.phase = 'head';
    this.interims = 0;
    this.head.reset();
    this.head.expectFor(asker.isHead ? 'HEAD' : '');
    const [first] = body;
    if (first === undefined) this.socket.write(head, 'latin1');
    else if (body.length === 1 && first.length <= smallBytes)
      this.socket.write(head + first.toString('latin1'), 'latin1');
    else {
      this.socket.cork();
      this.socket.write(head, 'latin1');
      for (const part of body) this.socket.write(part);
      this.socket.uncork();
    }
  }

  /** The bytes lent in the current call are still needed after it: the next read goes elsewhere. */
  keepBuffer(): void {
    this.lent = true;
  }

  /** All bytes that were lent are out. */
  takeBack(): void {
    if (this.away.length === 0) return;
    this.spare.push(...this.away);
    this.away = [];
  }

  /** Ends it without a word to the asker. */
  destroy(): void {
    this.asker = undefined;
    this.fail(reset('destroyed'));
  }

  private nextBuffer(): Buffer {
    if (this.lent) {
      this.away.push(this.buffer);
      // As garbage they would pile up until the next collection: 64 KiB with each read.
      this.buffer = this.spare.pop() ?? Buffer.allocUnsafeSlow(this.buffer.length);
      this.lent = false;
    }
    return this.buffer;
  }

  private read(bytes: Buffer, length: number): void {
    // It fills what it is given: worth larger reads from now on. The one in hand stays as it is.
    if (length === bytes.length && bytes.length < largeBufferBytes)
      this.buffer = Buffer.allocUnsafeSlow(largeBufferBytes);
    if (this.phase === 'head') this.readHead(bytes, length);
    else if (this.phase === 'body') this.readBody(bytes, 0, length);
    else if (this.phase === 'tunnel') this.asker?.data(bytes, 0, length);
    // Nothing was asked: whatever this is, it answers no question.
    else if (this.phase === 'idle') this.destroy();
  }

  private readHead(chunk: Buffer, length: number): void {
    const { head } = this;
    let bytes = chunk;
    let end = length;
    if (this.pending !== undefined) {
      bytes = Buffer.concat([this.pending, chunk.subarray(0, length)]);
      end = bytes.length;
      this.pending = undefined;
    }
    for (;;) {
      const progress = head.parse(bytes, end);
      if (progress === 'fault') return this.refuse(head.fault!);
      if (progress === 'more') {
        this.pending = Buffer.from(bytes.subarray(0, end));
        return;
      }
      if (head.status >= 200) break;
      if (head.status === 101) return this.switch(bytes, end);
      if (++this.interims > maxInterim) return this.fail(invalid('It sends one interim answer after another.'));
      this.asker?.interim(head, bytes);
      bytes = Buffer.from(bytes.subarray(head.at, end));
      end = bytes.length;
      head.reset();
      if (end === 0) return;
    }
    this.answerBegins(bytes, end);
  }

  private answerBegins(bytes: Buffer, end: number): void {
    const { head, framing, asker } = this;
    if (asker === undefined) return;
    framing.begin(head.body, head.length);
    this.phase = 'body';
    if (!this.reused && head.has(keepAlive)) this.announcedIdleMs = announced(head.value(bytes, keepAlive)!);
    if (asker.unchunked && head.body === 'chunked') {
      asker.answer(head, bytes, head.at, head.at);
      return this.readBody(bytes, head.at, end);
    }
    const used = framing.advance(bytes, head.at, end);
    if (framing.fault !== undefined) return this.refuse(framing.fault);
    asker.answer(head, bytes, head.at, used);
    // The asker may have left for another.
    if (framing.done && this.asker === asker) this.finish(used === end);
  }

  private readBody(bytes: Buffer, from: number, end: number): void {
    const { framing, asker } = this;
    if (asker === undefined) return;
    let used: number;
    if (asker.unchunked) used = framing.advance(bytes, from, end, (start, stop) => asker.data(bytes, start, stop));
    else {
      used = framing.advance(bytes, from, end);
      if (used > from) asker.data(bytes, from, used);
    }
    if (framing.fault !== undefined) return this.refuse(framing.fault);
    if (framing.done) this.finish(used === end);
  }

  private switch(bytes: Buffer, end: number): void {
    this.phase = 'tunnel';
    if (this.asker?.switched(this.head, bytes, this.head.at, end) !== true)
      this.fail(invalid('It switched protocols uninvited.'));
  }

  /** @param clean whether nothing came behind the answer. */
  private finish(clean: boolean): void {
    const asker = this.asker!;
    this.asker = undefined;
    this.reused = true;
    if (clean && !this.head.close && asker.requestDone && !this.socket.destroyed && !this.socket.readableEnded) {
      this.phase = 'idle';
      this.keeper.idle(this);
    } else this.fail(reset('not kept'));
    asker.ended();
  }

  private onEnd(): void {
    // What ends with its connection is complete now, as far as anyone can know (RFC 9112, 8).
    if (this.phase === 'body' && this.head.body === 'close') this.finish(true);
    else if (this.phase === 'tunnel') {
      const { asker } = this;
      this.asker = undefined;
      this.fail(reset('closed'));
      asker?.ended();
    } else this.fail(reset('closed before its answer was complete'));
  }

  private refuse(fault: Fault): void {
    this.fail(invalid(detailOf(fault)));
  }

  private fail(error: NodeJS.ErrnoException): void {
    if (this.phase === 'gone') return;
    this.phase = 'gone';
    this.socket.destroy();
    this.keeper.gone(this);
    const { asker } = this;
    this.asker = undefined;
    asker?.failed(error);
  }
}

const reset = (message: string): NodeJS.ErrnoException => Object.assign(new Error(message), { code: 'ECONNRESET' });

/** The endpoint does not speak HTTP/1.1 as it should. What it sent stays out of the answer. */
const invalid = (what: string): CodedError => new CodedError('EDGE_UPSTREAM_INVALID', { cause: new Error(what) });

/** `timeout=5`, less a second for the way. */
function announced(value: string): number {
  const seconds = /(?:^|[\s,])timeout=(\d{1,6})/i.exec(value)?.[1];
  return seconds === undefined ? Infinity : Math.max(0, Number(seconds) - 1) * 1000;
}

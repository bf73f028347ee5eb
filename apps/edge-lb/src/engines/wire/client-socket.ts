import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { highWaterBytes } from './exchange.ts';
import type { UpstreamConnection } from './upstream-connection.ts';

/** A body chunk that is no larger goes out with its head, as one string and in one system call. */
const smallBytes = 4096;
const owner = Symbol('owner');

/** Whose socket it is, and who is told what happens on it. */
export interface SocketOwner {
  read(chunk: Buffer): void;
  drained(): void;
  /** The client has said that nothing more will come. */
  ended(): void;
  closed(): void;
}

interface Owned extends Duplex {
  [owner]?: SocketOwner;
}

/** A client's socket, TLS over one, or a stream of HTTP/2 that speaks HTTP/1.1 here; and how answers are written to it. */
export class ClientSocket {
  readonly stream: Duplex;

  constructor(stream: Duplex, owns: SocketOwner) {
    this.stream = stream;
    (stream as Owned)[owner] = owns;
    stream.on('data', onData);
    stream.on('drain', onDrain);
    stream.on('end', onEnd);
    stream.on('error', onError);
    stream.on('close', onClose);
  }

  write(text: string): void {
    this.stream.write(text, 'latin1');
  }

  /** A head with the beginning of its body: as one write where that is small, as one vector of two else. */
  writeWith(head: string, bytes: Buffer, from: number, to: number, source: UpstreamConnection): void {
    const { stream } = this;
    if (to === from) stream.write(head, 'latin1');
    else if (to - from <= smallBytes) stream.write(head + bytes.toString('latin1', from, to), 'latin1');
    else {
      stream.cork();
      stream.write(head, 'latin1');
      stream.write(bytes.subarray(from, to));
      stream.uncork();
    }
    this.afterWrite(source);
  }

  writeBytes(bytes: Buffer, from: number, to: number, source: UpstreamConnection): void {
    if (this.stream.writableLength === 0) source.takeBack();
    this.stream.write(bytes.subarray(from, to));
    this.afterWrite(source);
  }

  /** What the kernel did not take at once still lies in the source's buffer. */
  private afterWrite(source: UpstreamConnection): void {
    const { writableLength } = this.stream;
    if (writableLength === 0) return;
    source.keepBuffer();
    if (writableLength > highWaterBytes) source.socket.pause();
  }

  /** Ends it so that the answer does not look complete: by a reset; over TLS its end without a close_notify says the same. */
  cut(): void {
    if (this.stream instanceof Socket && !('encrypted' in this.stream)) this.stream.resetAndDestroy();
    else this.stream.destroy();
  }
}

// Shared by all sockets, so that an idle connection costs no closures.
function onData(this: Owned, chunk: Buffer): void {
  this[owner]!.read(chunk);
}
function onDrain(this: Owned): void {
  this[owner]!.drained();
}
function onEnd(this: Owned): void {
  this[owner]!.ended();
}
function onError(this: Owned): void {
  this.destroy();
}
function onClose(this: Owned): void {
  this[owner]!.closed();
}

import type { Socket } from 'node:net';
import { parseClientHello, type ClientHello, type HelloFault } from './client-hello.ts';
import { parseProxyHeader, type Ends, type ProxyFault } from './proxy-protocol.ts';

/** What has to be read of a connection before it is known where it goes. */
export interface PrefaceParts {
  readonly proxyHeader: boolean;
  readonly clientHello: boolean;
}

export interface Preface extends Ends {
  readonly hello?: ClientHello;
  /** What has been read and is the endpoint's: all but the PROXY header. */
  readonly bytes: Buffer;
}

/** `ended`: the client sent FIN, a reset, or nothing more in time. */
export type PrefaceFault = ProxyFault | HelloFault | 'ended' | 'too-slow';

/** Reads both parts, in their order, out of what has come so far. */
export function parsePreface(
  bytes: Buffer,
  parts: PrefaceParts,
): { readonly need: 'more' } | { readonly fault: PrefaceFault } | Preface {
  const header = parts.proxyHeader ? parseProxyHeader(bytes) : { length: 0 };
  if (!('length' in header)) return header;
  const { length, ...ends } = header;
  const rest = bytes.subarray(length);
  if (!parts.clientHello) return { ...ends, bytes: rest };
  const hello = parseClientHello(rest);
  return 'alpn' in hello ? { ...ends, hello, bytes: rest } : hello;
}

/**
 * Reads a connection until its preface is whole, and leaves it paused.
 *
 * @param waitSeconds for all of it: who trickles bytes gains no time.
 * @param done called once, also when it does not come.
 */
export function readPreface(
  socket: Socket,
  parts: PrefaceParts,
  waitSeconds: number,
  done: (result: Preface | { readonly fault: PrefaceFault }) => void,
): void {
  let bytes: Buffer = Buffer.alloc(0);
  const settle = (result: Preface | { readonly fault: PrefaceFault }): void => {
    clearTimeout(timer);
    socket.off('data', onData).off('end', onEnd).off('close', onEnd).pause();
    done(result);
  };
  const onData = (chunk: Buffer): void => {
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk]);
    const progress = parsePreface(bytes, parts);
    // Both are bounded: this comes to an answer.
    if (!('need' in progress)) settle(progress);
  };
  const onEnd = (): void => settle({ fault: 'ended' });
  const timer = setTimeout(() => settle({ fault: 'too-slow' }), waitSeconds * 1000);
  socket.on('data', onData).on('end', onEnd).on('close', onEnd).resume();
}

/** Why bytes are no ClientHello that could be routed. */
export type HelloFault = 'not-tls' | 'record-invalid' | 'hello-invalid' | 'server-name-invalid' | 'too-long';

/** What a client says of whom it wants to talk to, before anything is encrypted. */
export interface ClientHello {
  /** SNI, in lower case; absent when the client named none. */
  readonly serverName?: string;
  /** ALPN, in the client's order of preference; empty when it offered none. */
  readonly alpn: readonly string[];
}

export type ClientHelloProgress = { readonly need: 'more' } | { readonly fault: HelloFault } | ClientHello;

/** Of all records together. Real hellos take up to 2 KiB, those with post-quantum key shares included. */
export const maxClientHello = 16 * 1024;
/** Clients send one. Without a bound, records of one byte would make each byte that comes costlier than the last. */
const maxRecords = 64;

const handshakeRecord = 22;
const clientHelloMessage = 1;
const serverNameExtension = 0;
const alpnExtension = 16;

class Malformed extends Error {
  readonly kind: HelloFault;
  constructor(kind: HelloFault) {
    super(kind);
    this.kind = kind;
  }
}

/**
 * Reads the server name and the protocols out of the first message of a TLS connection, so that it can be
 * routed without being decrypted. Of what is not needed for that, only the framing is checked: the
 * endpoint is the judge of the rest. With Encrypted Client Hello, the name is the outer one.
 * Source: RFC 8446, 4.1.2 and 5.1; RFC 6066, 3; RFC 7301, 3.1.
 *
 * @param bytes all that has come so far; call again with more when it says so.
 * @returns never throws. At most {@link maxClientHello} bytes are needed for an answer.
 */
export function parseClientHello(bytes: Buffer): ClientHelloProgress {
  try {
    const message = firstMessage(bytes.subarray(0, maxClientHello));
    return message === undefined ? { need: 'more' } : readHello(new Reader(message));
  } catch (error) {
    if (error instanceof Malformed) return { fault: error.kind };
    throw error;
  }
}

/** The body of the first handshake message, which may be cut over several records; `undefined` while it is not whole. */
function firstMessage(bytes: Buffer): Buffer | undefined {
  const fragments: Buffer[] = [];
  let [length, needed, at] = [0, Infinity, 0];
  while (length < needed) {
    if (at < bytes.length && bytes[at] !== handshakeRecord)
      throw new Malformed(at === 0 ? 'not-tls' : 'record-invalid');
    if (at + 1 < bytes.length && bytes[at + 1] !== 3) throw new Malformed(at === 0 ? 'not-tls' : 'record-invalid');
    if (at + 5 > bytes.length) return tooLong(bytes);
    if (fragments.length === maxRecords) throw new Malformed('too-long');
    const size = bytes.readUInt16BE(at + 3);
    if (size === 0 || size > maxClientHello) throw new Malformed('record-invalid');
    const fragment = bytes.subarray(at + 5, at + 5 + size);
    fragments.push(fragment);
    length += fragment.length;
    if (length >= 4 && needed === Infinity) needed = 4 + messageLength(fragments);
    if (fragment.length < size && length < needed) return tooLong(bytes);
    at += 5 + size;
  }
  return joined(fragments).subarray(4, needed);
}

/** Nothing yet, unless all that may come has come. */
function tooLong(bytes: Buffer): undefined {
  if (bytes.length >= maxClientHello) throw new Malformed('too-long');
  return undefined;
}

function messageLength(fragments: readonly Buffer[]): number {
  const head = joined(fragments);
  if (head[0] !== clientHelloMessage) throw new Malformed('hello-invalid');
  const length = head.readUIntBE(1, 3);
  if (length + 4 > maxClientHello) throw new Malformed('too-long');
  return length;
}

const joined = (fragments: readonly Buffer[]): Buffer =>
  fragments.length === 1 ? fragments[0]! : Buffer.concat(fragments);

function readHello(hello: Reader): ClientHello {
  hello.skip(2 + 32); // version, random
  hello.vector(1); // session id
  hello.vector(2); // cipher suites
  hello.vector(1); // compression methods
  // TLS 1.2 knows hellos without extensions (RFC 5246, 7.4.1.2).
  const extensions = hello.done ? hello : hello.vector(2);
  if (!hello.done) throw new Malformed('hello-invalid');
  const seen = new Set<number>();
  let serverName: string | undefined;
  let alpn: readonly string[] = [];
  while (!extensions.done) {
    const type = extensions.number(2);
    const body = extensions.vector(2);
    // Whoever reads the other of two must not come to another endpoint (RFC 8446, 4.2).
    if (seen.has(type)) throw new Malformed('hello-invalid');
    seen.add(type);
    if (type === serverNameExtension) serverName = readServerName(body);
    else if (type === alpnExtension) alpn = readAlpn(body);
  }
  return serverName === undefined ? { alpn } : { serverName, alpn };
}

/** A list for kinds of names of which there has never been a second. */
function readServerName(extension: Reader): string {
  const list = extension.vector(2);
  const kind = list.number(1);
  const name = list.vector(2).text().toLowerCase();
  const isName = name.length <= 255 && /^[a-z\d_-]+(?:\.[a-z\d_-]+)*$/.test(name);
  if (kind !== 0 || !list.done || !extension.done || !isName) throw new Malformed('server-name-invalid');
  return name;
}

function readAlpn(extension: Reader): readonly string[] {
  const list = extension.vector(2);
  const protocols: string[] = [];
  while (!list.done) protocols.push(list.vector(1).text());
  if (!extension.done || protocols.length === 0 || protocols.includes('')) throw new Malformed('hello-invalid');
  return protocols;
}

/** Reads numbers and length-prefixed vectors (RFC 8446, 3) and faults on what would go past the end. */
class Reader {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at === this.bytes.length;
  }

  skip(count: number): void {
    if (this.at + count > this.bytes.length) throw new Malformed('hello-invalid');
    this.at += count;
  }

  number(size: 1 | 2): number {
    const start = this.at;
    this.skip(size);
    return this.bytes.readUIntBE(start, size);
  }

  /** What stands behind a length of `size` bytes. */
  vector(size: 1 | 2): Reader {
    const length = this.number(size);
    const start = this.at;
    this.skip(length);
    return new Reader(this.bytes.subarray(start, this.at));
  }

  text(): string {
    return this.bytes.toString('latin1');
  }
}

import { cr, fieldText, hexDigit, lf, token } from './bytes.ts';
import type { Fault } from './fault.ts';
import { hashOf, hashStep } from './known-fields.ts';
import type { Limits } from './limits.ts';

/** Fields that say where the message goes, where it ends or who asks: never in a trailer section (RFC 9110, 6.5.1). */
const forbidden = new Set(
  [
    'authorization',
    'connection',
    'content-length',
    'cookie',
    'expect',
    'host',
    'keep-alive',
    'max-forwards',
    'proxy-authorization',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ].map(hashOf),
);

type Place =
  | 'size'
  | 'extension'
  | 'extension name'
  | 'extension value'
  | 'quoted'
  | 'escaped'
  | 'after quoted'
  | 'size feed'
  | 'data'
  | 'data return'
  | 'data feed'
  | 'trailer start'
  | 'trailer name'
  | 'trailer value'
  | 'trailer feed'
  | 'last feed';

const semicolon = 0x3b;
const quote = 0x22;
const backslash = 0x5c;
/** 2^52: one more hexadecimal digit would leave what a number counts exactly. */
const maxSize = 2 ** 52;
/** Leading zeros included. */
const maxSizeDigits = 16;

/**
 * Follows chunked framing (RFC 9112, 7.1) over bytes that are relayed as they are, to know where the
 * body ends and that every hop will agree on it. Strict where lenience is what requests are smuggled
 * with: sizes are digits and nothing else, lines end with CR LF, extensions and trailers are bounded.
 */
export class ChunkedFraming {
  done = false;
  fault: Fault | undefined;
  private place: Place = 'size';
  /** Of the chunk: first its size while that is read, then what is left of its data. */
  private left = 0;
  private digits = 0;
  private extensionBytes = 0;
  private trailerBytes = 0;
  private trailerFields = 0;
  private nameHash = 0;
  private nameLength = 0;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  reset(): void {
    this.done = false;
    this.fault = undefined;
    this.place = 'size';
    this.left = this.digits = this.trailerBytes = this.trailerFields = 0;
  }

  /**
   * Reads on.
   *
   * @param onData is shown the data alone, for a recipient that knows no chunks.
   * @returns the position behind the last byte that belongs to the body: `end` while it goes on.
   */
  advance(bytes: Uint8Array, from: number, end: number, onData?: (start: number, end: number) => void): number {
    let at = from;
    while (at < end) {
      if (this.place === 'data') {
        const take = Math.min(this.left, end - at);
        onData?.(at, at + take);
        at += take;
        this.left -= take;
        if (this.left === 0) this.place = 'data return';
        continue;
      }
      const fault = this.step(bytes[at]!);
      if (fault !== undefined) {
        this.fault = fault;
        return at;
      }
      at++;
      if (this.done) return at;
    }
    return at;
  }

  /** One byte of framing. */
  private step(byte: number): Fault | undefined {
    switch (this.place) {
      case 'size':
        return this.stepSize(byte);
      case 'extension':
      case 'extension name':
      case 'extension value':
      case 'quoted':
      case 'escaped':
      case 'after quoted':
        if (++this.extensionBytes > this.limits.chunkExtensionBytes) return 'chunk-extension-too-long';
        return this.stepExtension(byte);
      case 'size feed':
        if (byte !== lf) return 'line-end-invalid';
        this.place = this.left === 0 ? 'trailer start' : 'data';
        return undefined;
      case 'data return':
        if (byte !== cr) return 'chunk-end-invalid';
        this.place = 'data feed';
        return undefined;
      case 'data feed':
        if (byte !== lf) return 'chunk-end-invalid';
        this.place = 'size';
        this.digits = 0;
        return undefined;
      default:
        return this.stepTrailer(byte);
    }
  }

  private stepSize(byte: number): Fault | undefined {
    const digit = hexDigit[byte]!;
    if (digit !== 0) {
      this.left = this.digits === 0 ? digit - 1 : this.left * 16 + digit - 1;
      return ++this.digits > maxSizeDigits || this.left > maxSize ? 'chunk-size-invalid' : undefined;
    }
    if (this.digits === 0) return 'chunk-size-invalid';
    this.extensionBytes = 0;
    if (byte === cr) this.place = 'size feed';
    else if (byte === semicolon) this.place = 'extension';
    else return 'chunk-size-invalid';
    return undefined;
  }

  private stepExtension(byte: number): Fault | undefined {
    const invalid = 'chunk-extension-invalid';
    if (this.place === 'escaped') {
      this.place = 'quoted';
      return fieldText[byte] === 1 ? undefined : invalid;
    }
    if (this.place === 'quoted') {
      if (byte === quote) this.place = 'after quoted';
      else if (byte === backslash) this.place = 'escaped';
      else if (fieldText[byte] !== 1) return invalid;
      return undefined;
    }
    if (token[byte] !== 0 && this.place !== 'after quoted') {
      if (this.place === 'extension') this.place = 'extension name';
      return undefined;
    }
    // A name may stand alone; nothing may stand for a name.
    if (this.place === 'extension') return invalid;
    if (byte === cr) this.place = 'size feed';
    else if (byte === semicolon) this.place = 'extension';
    else if (byte === 0x3d && this.place === 'extension name') this.place = 'extension value';
    else if (byte === quote && this.place === 'extension value') this.place = 'quoted';
    else return invalid;
    return undefined;
  }

  private stepTrailer(byte: number): Fault | undefined {
    if (++this.trailerBytes > this.limits.headBytes) return 'trailers-too-large';
    switch (this.place) {
      case 'trailer start':
        if (byte === cr) {
          this.place = 'last feed';
          return undefined;
        }
        if (++this.trailerFields > this.limits.fields) return 'trailers-too-large';
        this.nameHash = this.nameLength = 0;
        this.place = 'trailer name';
        return this.stepTrailerName(byte);
      case 'trailer name':
        return this.stepTrailerName(byte);
      case 'trailer value':
        if (byte === cr) this.place = 'trailer feed';
        else if (fieldText[byte] !== 1) return 'trailer-invalid';
        return undefined;
      case 'trailer feed':
        if (byte !== lf) return 'line-end-invalid';
        this.place = 'trailer start';
        return undefined;
      default:
        if (byte !== lf) return 'line-end-invalid';
        this.done = true;
        return undefined;
    }
  }

  private stepTrailerName(byte: number): Fault | undefined {
    const lower = token[byte]!;
    if (lower !== 0) {
      this.nameHash = hashStep(this.nameHash, lower);
      this.nameLength++;
      return undefined;
    }
    // By hash alone: a harmless name that shares one is refused as well, which is no loss.
    if (byte !== 0x3a || this.nameLength === 0 || forbidden.has(this.nameHash)) return 'trailer-invalid';
    this.place = 'trailer value';
    return undefined;
  }
}

import { cr, fieldText, lf, space, type Bytes } from './bytes.ts';
import type { Progress } from './field-section.ts';
import { Head } from './head.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { parseVersion } from './version.ts';

/** How the body of a message ends. */
export type BodyEnd = 'none' | 'length' | 'chunked' | 'close';

/** A response's head. Call {@link expectFor} before it is read: how it ends depends on what was asked. */
export class ResponseHead extends Head {
  status = 0;
  body: BodyEnd = 'none';
  /** Bytes of the body when it ends by length. */
  length = 0;
  /** Whether Content-Length is there, also where no body follows (HEAD, 304). */
  hasLength = false;
  private part: 'version' | 'status' | 'reason' | 'line feed' | 'fields' = 'version';
  private reasonStart = 0;
  private reasonEnd = 0;
  private toHead = false;

  constructor(limits: Limits = defaultLimits) {
    super(limits);
  }

  override reset(): void {
    super.reset();
    this.part = 'version';
    this.status = this.length = this.reasonStart = this.reasonEnd = 0;
    this.body = 'none';
    this.hasLength = false;
  }

  /** Whether HEAD was asked: then the fields speak of a body that does not come. */
  expectFor(method: string): void {
    this.toHead = method === 'HEAD';
  }

  reason(bytes: Bytes): string {
    return bytes.toString('latin1', this.reasonStart, this.reasonEnd);
  }

  override parse(bytes: Bytes, end: number): Progress {
    if (this.part !== 'fields') {
      const progress = this.parseLine(bytes, end);
      if (progress !== 'done') return progress;
      this.part = 'fields';
      this.fieldsAt = this.at;
    }
    return this.parseFields(bytes, end);
  }

  private parseLine(bytes: Bytes, end: number): Progress {
    if (this.part === 'version') {
      const version = parseVersion(bytes, 0, end);
      if (version === 'more') return 'more';
      if (version !== '1.1' && version !== '1.0') return this.fail(version);
      this.minor = version === '1.1' ? 1 : 0;
      this.at = 8;
      this.part = 'status';
    }
    if (this.part === 'status') {
      const progress = this.parseStatus(bytes, end);
      if (progress !== 'done') return progress;
      this.part = 'reason';
    }
    const limit = Math.min(end, this.limits.startLineBytes);
    let at = this.at;
    if (this.part === 'reason') {
      while (at < limit && fieldText[bytes[at]!] === 1) at++;
      this.at = at;
      if (at === limit)
        return limit < end || at >= this.limits.startLineBytes ? this.fail('start-line-too-long') : 'more';
      if (bytes[at] !== cr) return this.fail(bytes[at] === lf ? 'line-end-invalid' : 'reason-invalid');
      this.reasonEnd = at;
      this.reasonStart = Math.min(12 + 1, at);
      this.at = ++at;
      this.part = 'line feed';
    }
    if (at === end) return 'more';
    if (bytes[at] !== lf) return this.fail('line-end-invalid');
    this.at = at + 1;
    return 'done';
  }

  /** SP and three digits, and then a space or the line's end. */
  private parseStatus(bytes: Bytes, end: number): Progress {
    const come = Math.min(end, 13);
    if (come > 8 && bytes[8] !== space) return this.fail('version-malformed');
    for (let at = 9; at < Math.min(come, 12); at++)
      if (bytes[at]! < 0x30 || bytes[at]! > 0x39) return this.fail('status-invalid');
    if (come < 13) return 'more';
    if (bytes[12] !== space && bytes[12] !== cr)
      return this.fail(bytes[12] === lf ? 'line-end-invalid' : 'status-invalid');
    this.status = (bytes[9]! - 0x30) * 100 + (bytes[10]! - 0x30) * 10 + bytes[11]! - 0x30;
    // RFC 9110, 15: one outside 100 to 599 says nothing about how the message ends.
    if (this.status < 100 || this.status > 599) return this.fail('status-invalid');
    this.at = 12;
    return 'done';
  }

  /** RFC 9112, 6.3, in its order. */
  protected override conclude(bytes: Bytes): Progress {
    this.concludeConnection(bytes);
    const coding = this.declaredCoding(bytes);
    const length = this.declaredLength(bytes);
    if (length === -2) return this.fail('length-invalid');
    this.hasLength = length >= 0;
    if (coding !== 'none' && length >= 0) return this.fail('length-and-coding');
    if (coding === 'invalid' || (coding !== 'none' && this.minor === 0)) return this.fail('coding-invalid');
    if (this.toHead || this.status < 200 || this.status === 204 || this.status === 304) {
      // RFC 9112, 6.1: such an answer has no transfer coding to speak of, unless HEAD or 304 shows what would be.
      if (coding !== 'none' && (this.status < 200 || this.status === 204)) return this.fail('coding-invalid');
      this.body = 'none';
      return 'done';
    }
    if (coding === 'unsupported') return this.fail('coding-unsupported');
    if (coding === 'chunked') this.body = 'chunked';
    else if (length >= 0) {
      this.body = length > 0 ? 'length' : 'none';
      this.length = length;
    } else {
      this.body = 'close';
      this.close = true;
    }
    return 'done';
  }
}

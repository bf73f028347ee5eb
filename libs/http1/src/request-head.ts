import { cr, hostText, lf, slash, space, spells, targetText, token, type Bytes } from './bytes.ts';
import type { Progress } from './field-section.ts';
import { Head } from './head.ts';
import { idOf } from './known-fields.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { parseVersion } from './version.ts';

/** Longer than any registered method; what is longer is no mistake of ours to relay. */
const methodBytes = 32;
const host = idOf('host');
const expect = idOf('expect');
const upgrade = idOf('upgrade');

/** A request's head: method, target, framing and fields, as positions in the bytes it was read from. */
export class RequestHead extends Head {
  methodEnd = 0;
  /** Where the path and query to relay stand; behind the authority when the target was a URL. */
  targetStart = 0;
  targetEnd = 0;
  /** Where the path ends and the query, if any, begins. */
  pathEnd = 0;
  /** The authority of a target that was a URL: it overrides Host (RFC 9112, 3.2.2). Start is -1 when there is none. */
  authorityStart = -1;
  authorityEnd = 0;
  /** `OPTIONS *`. */
  isAsterisk = false;
  isConnect = false;
  chunked = false;
  /** Bytes of the body; 0 also when it is chunked. */
  length = 0;
  expectsContinue = false;
  /** Whether the client asks to switch protocols: both Connection and Upgrade say so. */
  upgrade = false;
  private part: 'before' | 'method' | 'target' | 'version' | 'fields' = 'before';
  private methodStart = 0;
  private lineStart = 0;

  constructor(limits: Limits = defaultLimits) {
    super(limits);
  }

  override reset(): void {
    super.reset();
    this.part = 'before';
    this.methodStart = this.methodEnd = this.targetStart = this.targetEnd = this.pathEnd = this.lineStart = 0;
    this.authorityStart = -1;
    this.isAsterisk = this.isConnect = this.chunked = this.expectsContinue = this.upgrade = false;
    this.length = 0;
  }

  method(bytes: Bytes): string {
    return bytes.toString('latin1', this.methodStart, this.methodEnd);
  }

  /** Whether the method is `name`. Methods are case-sensitive (RFC 9110, 9.1). */
  isMethod(bytes: Bytes, name: string): boolean {
    if (this.methodEnd - this.methodStart !== name.length) return false;
    for (let i = 0; i < name.length; i++) if (bytes[this.methodStart + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  /** Path and query, as they came; `/` where a URL had no path. */
  target(bytes: Bytes): string {
    const text = bytes.toString('latin1', this.targetStart, this.targetEnd);
    return this.authorityStart >= 0 && bytes[this.targetStart] !== slash ? `/${text}` : text;
  }

  path(bytes: Bytes): string {
    return this.pathEnd > this.targetStart ? bytes.toString('latin1', this.targetStart, this.pathEnd) : '/';
  }

  /** Whom the request is for: the target's authority, else Host; `undefined` for HTTP/1.0 without one. */
  authority(bytes: Bytes): string | undefined {
    return this.authorityStart >= 0
      ? bytes.toString('latin1', this.authorityStart, this.authorityEnd)
      : this.value(bytes, host);
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
    if (this.part === 'before') {
      // Empty lines before a request are forgiven (RFC 9112, 2.2).
      while (this.at + 1 < end && bytes[this.at] === cr && bytes[this.at + 1] === lf) this.at += 2;
      if (this.at >= this.limits.headBytes) return this.fail('head-too-large');
      if (this.at >= end || (bytes[this.at] === cr && this.at + 1 === end)) return 'more';
      this.methodStart = this.lineStart = this.at;
      this.part = 'method';
    }
    const limit = Math.min(end, this.lineStart + this.limits.startLineBytes);
    let at = this.at;
    if (this.part === 'method') {
      while (at < limit && token[bytes[at]!] !== 0) at++;
      this.at = at;
      if (at - this.methodStart > methodBytes) return this.fail('method-too-long');
      if (at === limit) return this.lineEndsEarly(end, limit);
      if (bytes[at] !== space || at === this.methodStart) return this.fail('method-invalid');
      this.methodEnd = at++;
      this.targetStart = at;
      this.part = 'target';
    }
    if (this.part === 'target') {
      while (at < limit && targetText[bytes[at]!] === 1) at++;
      this.at = at;
      if (at === limit) return this.lineEndsEarly(end, limit);
      if (bytes[at] !== space || at === this.targetStart) return this.fail('target-invalid');
      this.targetEnd = at++;
      this.part = 'version';
      this.at = at;
    }
    return this.parseVersionAndEnd(bytes, limit, end);
  }

  /** `HTTP/1.1` CR LF, ten bytes that are waited for together. */
  private parseVersionAndEnd(bytes: Bytes, limit: number, end: number): Progress {
    const version = parseVersion(bytes, this.at, limit);
    if (version === 'version-malformed' || version === 'version-unsupported') return this.fail(version);
    if (this.at + 10 > limit) {
      if (this.at + 8 < limit && bytes[this.at + 8] !== cr) return this.fail('line-end-invalid');
      return this.lineEndsEarly(end, limit);
    }
    if (bytes[this.at + 8] !== cr || bytes[this.at + 9] !== lf) return this.fail('line-end-invalid');
    this.minor = version === '1.1' ? 1 : 0;
    this.at += 10;
    return this.splitTarget(bytes) ? 'done' : this.fail('target-invalid');
  }

  private lineEndsEarly(end: number, limit: number): Progress {
    return limit < end || limit - this.lineStart >= this.limits.startLineBytes
      ? this.fail('start-line-too-long')
      : 'more';
  }

  /** origin-form, absolute-form, or one of the two special forms that only their methods may have (RFC 9112, 3.2). */
  private splitTarget(bytes: Bytes): boolean {
    if (this.isMethod(bytes, 'CONNECT')) {
      this.isConnect = true;
      return this.isAuthority(bytes);
    }
    if (bytes[this.targetStart] !== slash) {
      if (this.targetEnd - this.targetStart === 1 && bytes[this.targetStart] === 0x2a)
        return (this.isAsterisk = this.isMethod(bytes, 'OPTIONS'));
      if (!this.splitUrl(bytes)) return false;
    }
    let at = this.targetStart;
    while (at < this.targetEnd && bytes[at] !== 0x3f) at++;
    this.pathEnd = at;
    return true;
  }

  private isAuthority(bytes: Bytes): boolean {
    for (let at = this.targetStart; at < this.targetEnd; at++) if (hostText[bytes[at]!] === 0) return false;
    return true;
  }

  private splitUrl(bytes: Bytes): boolean {
    const scheme = spells(bytes, this.targetStart, this.targetStart + 4, 'http') ? 4 : 0;
    const secure = scheme > 0 && spells(bytes, this.targetStart + 4, this.targetStart + 5, 's') ? 1 : 0;
    const colon = this.targetStart + scheme + secure;
    if (scheme === 0 || bytes[colon] !== 0x3a || bytes[colon + 1] !== slash || bytes[colon + 2] !== slash) return false;
    this.authorityStart = colon + 3;
    let at = this.authorityStart;
    while (at < this.targetEnd && hostText[bytes[at]!] === 1) at++;
    if (at === this.authorityStart) return false;
    if (at < this.targetEnd && bytes[at] !== slash && bytes[at] !== 0x3f) return false;
    this.authorityEnd = this.targetStart = at;
    return true;
  }

  protected override conclude(bytes: Bytes): Progress {
    this.concludeConnection(bytes);
    if (!this.has(host)) {
      if (this.minor === 1) return this.fail('host-invalid');
    } else {
      const [start, end] = this.valueSpan(host);
      for (let at = start; at < end; at++) if (hostText[bytes[at]!] === 0) return this.fail('host-invalid');
    }
    const coding = this.declaredCoding(bytes);
    const length = this.declaredLength(bytes);
    if (length === -2) return this.fail('length-invalid');
    if (coding !== 'none') {
      // Both together, or chunks before 1.1, are how one hop is made to see another end than the next.
      if (length !== -1) return this.fail('length-and-coding');
      if (coding === 'invalid' || this.minor === 0) return this.fail('coding-invalid');
      if (coding === 'unsupported') return this.fail('coding-unsupported');
      this.chunked = true;
    } else if (length > 0) this.length = length;
    if (this.has(expect) && this.minor === 1) {
      const [start, end] = this.valueSpan(expect);
      if (!spells(bytes, start, end, '100-continue') || this.isRepeated(expect))
        return this.fail('expectation-unknown');
      this.expectsContinue = this.chunked || this.length > 0;
    }
    this.upgrade = this.namesUpgrade && this.has(upgrade) && this.minor === 1;
    return 'done';
  }

  /** Fields by which a proxy speaks about the client, beyond the {@link known} ones. */
  protected override isDropped(bytes: Bytes, i: number): boolean {
    if (!this.dropClaims) return false;
    const [start, end] = this.nameSpan(i);
    return end - start > 12 && spells(bytes, start, start + 12, 'x-forwarded-');
  }

  /** Whether {@link kept} leaves out every `X-Forwarded-*`. */
  dropClaims = false;
}

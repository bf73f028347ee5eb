import { colon, cr, fieldText, lf, space, spells, tab, token, type Bytes } from './bytes.ts';
import type { Fault } from './fault.ts';
import { hashStep, idOf, known, recognise } from './known-fields.ts';
import type { Limits } from './limits.ts';

/** What a parser says after each look at the bytes. */
export type Progress = 'more' | 'done' | 'fault';

const host = idOf('host');
const contentLength = idOf('content-length');
const transferEncoding = idOf('transfer-encoding');

/** A place in a field line. */
type Place = 'line start' | 'name' | 'blank' | 'value' | 'line feed' | 'last line feed';

/**
 * The field section of a head: one pass over the bytes, which may come in any pieces, with positions
 * instead of strings. Nothing is allocated for a field that nobody asks about.
 *
 * Strict: lines end with CR LF, no folding, no space before the colon, no control characters. What
 * two parsers on a request's way could read differently is what requests are smuggled with
 * (RFC 9112, 11.2), so it is refused rather than repaired.
 *
 * One object serves a connection: {@link reset} makes it ready for the next message. Positions are
 * into the bytes given last, which must begin with the head and must hold all of it so far.
 */
export abstract class FieldSection {
  /** Length of the head, once done; until then how far it was read. */
  at = 0;
  fault: Fault | undefined;
  /** How many field lines there are. */
  count = 0;
  /** Where the fields begin. */
  protected fieldsAt = 0;
  /** Per field: which it is (see {@link known}), and whether Connection names it. */
  protected readonly ids: Uint8Array;
  protected readonly nominated: Uint8Array;
  /** Per field: name start, name end, value start, value end. */
  protected readonly spans: Int32Array;
  /** Per known field: its first line, or -1. */
  protected readonly firsts = new Int16Array(known.length).fill(-1);
  private repeated = 0;
  private place: Place = 'line start';
  private hash = 0;
  protected readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
    this.ids = new Uint8Array(limits.fields);
    this.nominated = new Uint8Array(limits.fields);
    this.spans = new Int32Array(limits.fields * 4);
  }

  /** Makes ready for the next message. */
  reset(): void {
    if (this.count > 0) this.firsts.fill(-1);
    this.at = this.count = this.hash = this.repeated = this.fieldsAt = 0;
    this.fault = undefined;
    this.place = 'line start';
  }

  /** Reads on; `bytes` from 0 to `end` are what has come of this head so far, and maybe more behind it. */
  abstract parse(bytes: Bytes, end: number): Progress;

  /** Whether there is such a field. */
  has(id: number): boolean {
    return this.firsts[id]! >= 0;
  }

  /** Whether there are several lines of it. */
  isRepeated(id: number): boolean {
    return (this.repeated & (1 << id)) !== 0;
  }

  /** The text of the only or first line of a known field; `undefined` when there is none. */
  value(bytes: Bytes, id: number): string | undefined {
    const i = this.firsts[id]!;
    return i < 0 ? undefined : this.valueAt(bytes, i);
  }

  /** All lines of a known field as one list (RFC 9110, 5.3). */
  list(bytes: Bytes, id: number): string | undefined {
    if (!this.isRepeated(id)) return this.value(bytes, id);
    const values: string[] = [];
    for (let i = 0; i < this.count; i++) if (this.ids[i] === id) values.push(this.valueAt(bytes, i));
    return values.join(', ');
  }

  /** The text of the first line of any field, by its lower-case name. A search: for routes that ask by name. */
  valueNamed(bytes: Bytes, name: string): string | undefined {
    for (let i = 0; i < this.count; i++)
      if (spells(bytes, this.spans[i * 4]!, this.spans[i * 4 + 1]!, name)) return this.valueAt(bytes, i);
    return undefined;
  }

  /** Name and value of one line as text. */
  line(bytes: Bytes, i: number): [name: string, value: string] {
    return [bytes.toString('latin1', this.spans[i * 4], this.spans[i * 4 + 1]), this.valueAt(bytes, i)];
  }

  /** The field lines that travel on, as they came and in their order: without those `drop` marks and those Connection names. */
  kept(bytes: Bytes, drop: Uint8Array): string {
    let text = '';
    let from = this.fieldsAt;
    for (let i = 0; i < this.count; i++) {
      if (drop[this.ids[i]!] === 0 && this.nominated[i] === 0 && (this.ids[i] !== 0 || !this.isDropped(bytes, i)))
        continue;
      const start = this.spans[i * 4]!;
      if (start > from) text += bytes.toString('latin1', from, start);
      from = i + 1 < this.count ? this.spans[i * 4 + 4]! : this.at - 2;
    }
    const end = this.at - 2;
    return end > from ? text + bytes.toString('latin1', from, end) : text;
  }

  /** Whether a field that is not a {@link known} one is dropped. */
  protected isDropped(_bytes: Bytes, _i: number): boolean {
    return false;
  }

  protected nameSpan(i: number): [start: number, end: number] {
    return [this.spans[i * 4]!, this.spans[i * 4 + 1]!];
  }

  protected fail(fault: Fault): 'fault' {
    this.fault = fault;
    return 'fault';
  }

  /** What the fields say about the message as a whole. */
  protected abstract conclude(bytes: Bytes): Progress;

  protected parseFields(bytes: Bytes, end: number): Progress {
    const limit = Math.min(end, this.limits.headBytes);
    let at = this.at;
    while (at < limit) {
      const byte = bytes[at]!;
      switch (this.place) {
        case 'line start':
          if (byte === cr) {
            this.place = 'last line feed';
            at++;
            continue;
          }
          if (byte === space || byte === tab)
            return this.fail(this.count === 0 ? 'field-name-invalid' : 'field-folded');
          if (this.count === this.limits.fields) return this.fail('too-many-fields');
          this.spans[this.count * 4] = at;
          this.hash = 0;
          this.place = 'name';
          continue;
        case 'name': {
          let hash = this.hash;
          let lower = 0;
          while (at < limit && (lower = token[bytes[at]!]!) !== 0) {
            hash = hashStep(hash, lower);
            at++;
          }
          this.hash = hash;
          if (at === limit) continue;
          if (bytes[at] !== colon || at === this.spans[this.count * 4]) return this.fail('field-name-invalid');
          this.spans[this.count * 4 + 1] = at++;
          this.place = 'blank';
          continue;
        }
        case 'blank':
          if (byte === space || byte === tab) {
            at++;
            continue;
          }
          this.spans[this.count * 4 + 2] = at;
          this.place = 'value';
          continue;
        case 'value':
          while (at < limit && fieldText[bytes[at]!] === 1) at++;
          if (at === limit) continue;
          if (bytes[at] !== cr) return this.fail(bytes[at] === lf ? 'line-end-invalid' : 'field-value-invalid');
          this.spans[this.count * 4 + 3] = at++;
          this.place = 'line feed';
          continue;
        case 'line feed':
          if (byte !== lf) return this.fail('line-end-invalid');
          at++;
          this.place = 'line start';
          if (!this.fieldEnds(bytes)) return 'fault';
          continue;
        case 'last line feed':
          if (byte !== lf) return this.fail('line-end-invalid');
          this.at = at + 1;
          return this.conclude(bytes);
      }
    }
    this.at = at;
    return at >= this.limits.headBytes ? this.fail('head-too-large') : 'more';
  }

  /** A line is complete: which field is it, and does it say something about the message? */
  private fieldEnds(bytes: Bytes): boolean {
    const i = this.count++;
    const at = i * 4;
    const start = this.spans[at + 2]!;
    let end = this.spans[at + 3]!;
    while (end > start && (bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
    this.spans[at + 3] = end;
    const id = recognise(bytes, this.spans[at]!, this.spans[at + 1]!, this.hash);
    this.ids[i] = id;
    this.nominated[i] = 0;
    if (id === 0) return true;
    if (this.firsts[id] === -1) {
      this.firsts[id] = i;
      return true;
    }
    this.repeated |= 1 << id;
    // Which of two is meant is a matter of taste, and tastes differ along the way.
    if (id === host) this.fault = 'host-invalid';
    else if (id === contentLength) this.fault = 'length-invalid';
    else if (id === transferEncoding) this.fault = 'coding-invalid';
    return this.fault === undefined;
  }

  protected valueAt(bytes: Bytes, i: number): string {
    return bytes.toString('latin1', this.spans[i * 4 + 2], this.spans[i * 4 + 3]);
  }

  protected valueSpan(id: number): [start: number, end: number] {
    const i = this.firsts[id]!;
    return [this.spans[i * 4 + 2]!, this.spans[i * 4 + 3]!];
  }
}

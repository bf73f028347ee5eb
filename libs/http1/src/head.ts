import { cr, listMembers, spells, tab, type Bytes } from './bytes.ts';
import { FieldSection } from './field-section.ts';
import { idOf } from './known-fields.ts';

const host = idOf('host');
const connection = idOf('connection');
const contentLength = idOf('content-length');
const transferEncoding = idOf('transfer-encoding');

/** What the fields of requests and responses alike say about the message and its connection. */
export abstract class Head extends FieldSection {
  /** The HTTP/1 minor version, 0 or 1. */
  minor = 1;
  /** Whether the connection ends with this message, as far as the sender says. */
  close = false;
  /** Whether Connection names `upgrade`. */
  namesUpgrade = false;

  override reset(): void {
    super.reset();
    this.minor = 1;
    this.close = this.namesUpgrade = false;
  }

  /** Reads Connection: `close`, `keep-alive`, and the names of fields that go no further. */
  protected concludeConnection(bytes: Bytes): void {
    let keepAlive = false;
    for (let i = this.firsts[connection]!; i >= 0 && i < this.count; i++) {
      if (this.ids[i] !== connection) continue;
      const [start, end] = [this.spans[i * 4 + 2]!, this.spans[i * 4 + 3]!];
      if (spells(bytes, start, end, 'keep-alive')) keepAlive = true;
      else if (spells(bytes, start, end, 'close')) this.close = true;
      else
        for (const option of listMembers(bytes.toString('latin1', start, end).toLowerCase())) {
          if (option === 'close') this.close = true;
          else if (option === 'keep-alive') keepAlive = true;
          else if (option === 'upgrade') this.namesUpgrade = true;
          else this.nominate(bytes, option);
        }
    }
    if (this.minor === 0 && !keepAlive) this.close = true;
  }

  /** Connection may name any field but those that say where the message goes and ends. */
  private nominate(bytes: Bytes, name: string): void {
    for (let i = 0; i < this.count; i++) {
      const id = this.ids[i]!;
      if (id === host || id === contentLength || id === transferEncoding) continue;
      if (spells(bytes, this.spans[i * 4]!, this.spans[i * 4 + 1]!, name)) this.nominated[i] = 1;
    }
  }

  /** The number in Content-Length; -1 when there is none, -2 when it is malformed. */
  protected declaredLength(bytes: Bytes): number {
    const i = this.firsts[contentLength]!;
    if (i < 0) return -1;
    const end = this.spans[i * 4 + 3]!;
    let at = this.spans[i * 4 + 2]!;
    if (at === end || end - at > 15) return -2;
    let length = 0;
    for (; at < end; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return -2;
      length = length * 10 + digit;
    }
    return length;
  }

  /** What Transfer-Encoding says: nothing, `chunked` alone, chunked behind others, or something else. */
  protected declaredCoding(bytes: Bytes): 'none' | 'chunked' | 'unsupported' | 'invalid' {
    const i = this.firsts[transferEncoding]!;
    if (i < 0) return 'none';
    // Allowed (RFC 9110, 5.5), but what hides a coding from one hop and not from the next often is a tab behind it.
    for (let at = this.spans[i * 4 + 3]!; bytes[at] !== cr; at++) if (bytes[at] === tab) return 'invalid';
    if (spells(bytes, this.spans[i * 4 + 2]!, this.spans[i * 4 + 3]!, 'chunked')) return 'chunked';
    const codings = listMembers(this.valueAt(bytes, i).toLowerCase());
    return codings.indexOf('chunked') === codings.length - 1 && !codings.includes('') ? 'unsupported' : 'invalid';
  }
}

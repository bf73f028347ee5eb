import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { BodyFraming, defaultLimits, detailOf, ResponseHead } from '@edgeway/http1';

/** What an endpoint may send, and what the balancer adds to it. */
const limits = { ...defaultLimits, headBytes: 64 * 1024, fields: 200 };

/** HTTP/2 has no such fields, and refuses a message that does (RFC 9113, 8.2.2). */
const connectionFields = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/**
 * An answer of HTTP/1.1, read as it is written and sent on an HTTP/2 stream: interim answers, fields,
 * content without its framing. Trailers are left out: the framing reads over them, and few ask.
 */
export class H2Answer {
  /** Whether all of it was written. What comes behind it is nobody's. */
  complete = false;
  private begun = false;
  private readonly stream: ServerHttp2Stream;
  private readonly head = new ResponseHead(limits);
  private readonly framing = new BodyFraming(limits);
  /** The beginning of a head whose end has not come. */
  private pending: Buffer | undefined;

  constructor(stream: ServerHttp2Stream, method: string) {
    this.stream = stream;
    this.head.expectFor(method);
  }

  /**
   * Takes more of it.
   *
   * @param taken is called when the bytes have gone and more may come: not before, since they are not copied.
   * @throws when they are no HTTP/1.1, or what HTTP/2 cannot say.
   */
  write(chunk: Buffer, taken: () => void): void {
    if (this.complete) return taken();
    if (this.begun) return this.sendBody(chunk, 0, taken);
    const bytes = this.readHead(chunk);
    if (bytes === undefined) return taken();
    const { stream, head } = this;
    this.begun = true;
    // RFC 9110, 15.3.6: 205 has no content, whatever its fields say.
    this.complete = head.body === 'none' || head.status === 205;
    stream.respond({ ':status': head.status, ...fieldsOf(head, bytes) }, { endStream: this.complete });
    if (this.complete) return taken();
    this.framing.begin(head.body, head.length);
    this.sendBody(bytes, head.at, taken);
  }

  /** Nothing more will come: the end of an answer that has no other. */
  end(): void {
    if (this.begun && !this.complete && this.head.body === 'close') this.finish();
  }

  /** @returns the bytes that begin with the final answer's head, when it is there. */
  private readHead(chunk: Buffer): Buffer | undefined {
    const { head, stream } = this;
    let bytes = this.pending === undefined ? chunk : Buffer.concat([this.pending, chunk]);
    for (;;) {
      const progress = head.parse(bytes, bytes.length);
      if (progress === 'fault') throw new Error(detailOf(head.fault!));
      if (progress === 'more') {
        this.pending = Buffer.from(bytes);
        return undefined;
      }
      if (head.status >= 200) break;
      stream.additionalHeaders({ ':status': head.status, ...fieldsOf(head, bytes) });
      bytes = bytes.subarray(head.at);
      head.reset();
    }
    this.pending = undefined;
    return bytes;
  }

  private sendBody(bytes: Buffer, from: number, taken: () => void): void {
    const { framing, stream } = this;
    const parts: Buffer[] = [];
    framing.advance(bytes, from, bytes.length, (start, end) => parts.push(bytes.subarray(start, end)));
    if (framing.fault !== undefined) throw new Error(detailOf(framing.fault));
    const content = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    // Its error is the stream's, whose end says all.
    if (content.length > 0) stream.write(content, () => taken());
    if (framing.done) this.finish();
    if (content.length === 0) taken();
  }

  private finish(): void {
    this.complete = true;
    this.stream.end();
  }
}

function fieldsOf(head: ResponseHead, bytes: Buffer): OutgoingHttpHeaders {
  const fields = Object.create(null) as Record<string, string | string[]>;
  for (let i = 0; i < head.count; i++) {
    const [given, value] = head.line(bytes, i);
    const name = given.toLowerCase();
    if (connectionFields.has(name)) continue;
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

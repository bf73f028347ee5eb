import { dropTable, hopByHopFields, idOf, type ResponseHead } from '@edgeway/http1';

const relayedDrop = dropTable(...hopByHopFields, 'x-request-id');
const unchunkedDrop = dropTable(...hopByHopFields, 'x-request-id', 'transfer-encoding', 'trailer');
const upgrade = idOf('upgrade');

export interface AnswerHop {
  readonly requestId: string;
  /** Whether the client's connection ends with this answer. */
  readonly close: boolean;
  /** The client's HTTP/1 minor version. */
  readonly minor: number;
  /** Whether chunked framing is taken off, for a client that does not know it. */
  readonly unchunked: boolean;
  /** Further field lines, each with its line end. */
  readonly extra: string;
}

/** An answer's head as it goes to the client. */
export function responseText(head: ResponseHead, bytes: Buffer, hop: AnswerHop): string {
  const { requestId, close, minor, unchunked, extra } = hop;
  const connection = close ? 'connection: close\r\n' : minor === 0 ? 'connection: keep-alive\r\n' : '';
  return `HTTP/1.1 ${head.status} ${head.reason(bytes)}\r\n${head.kept(bytes, unchunked ? unchunkedDrop : relayedDrop)}via: 1.1 edgeway\r\nx-request-id: ${requestId}\r\n${extra}${connection}\r\n`;
}

/** 100 to 199, which say that the answer is still to come (RFC 9110, 15.2). */
export const interimText = (head: ResponseHead, bytes: Buffer): string =>
  `HTTP/1.1 ${head.status} ${head.reason(bytes)}\r\n${head.kept(bytes, relayedDrop)}\r\n`;

/** 101, behind which the connection speaks another protocol. */
export const switchText = (head: ResponseHead, bytes: Buffer, requestId: string): string =>
  `HTTP/1.1 101 ${head.reason(bytes)}\r\n${head.kept(bytes, relayedDrop)}connection: upgrade\r\nupgrade: ${head.list(bytes, upgrade) ?? ''}\r\nvia: 1.1 edgeway\r\nx-request-id: ${requestId}\r\n\r\n`;

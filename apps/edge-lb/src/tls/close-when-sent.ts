import { constants, type ServerHttp2Stream } from 'node:http2';

const { NGHTTP2_NO_ERROR, NGHTTP2_STREAM_STATE_HALF_CLOSED_LOCAL: sent } = constants;
const lookMs = 20;

/**
 * Asks a client that has its whole answer to spare the rest of its request (RFC 9113, 8.1), once the
 * answer has been sent. `close(NGHTTP2_NO_ERROR)` alone waits until it has been written, and its reset may
 * then overtake it, with the client left without an answer.
 */
export function closeWhenSent(stream: ServerHttp2Stream): void {
  stream.resume();
  const look = (): void => {
    if (stream.closed) return;
    if (stream.writableFinished && stream.state.state === sent) stream.close(NGHTTP2_NO_ERROR);
    else setTimeout(look, lookMs).unref();
  };
  setImmediate(look);
}

import type { ServerResponse } from 'node:http';
import { CodedError } from '@edgeway/errors';
import type { PoolEvent, PoolEvents } from '../pools/pool-events.ts';

export interface EventStreamOptions {
  /** Between comments that keep idle connections open. Default 15 s. */
  readonly heartbeatMs?: number;
  /** How many may listen at once. Default 100. */
  readonly limit?: number;
  /** A reader that is further behind is dropped. Default 256 KiB. */
  readonly bufferBytes?: number;
}

export interface EventStream {
  readonly readers: number;
  /**
   * Answers with what happens from now on.
   *
   * @throws CodedError EDGE_CONNECTION_LIMIT
   */
  open(response: ServerResponse): void;
  close(): void;
}

/**
 * Server-sent events (https://html.spec.whatwg.org/#server-sent-events). Nothing is kept for those who come
 * back: a gap in the ids tells them to read the pools again.
 */
export function eventStream(events: PoolEvents, options: EventStreamOptions = {}): EventStream {
  const { heartbeatMs = 15_000, limit = 100, bufferBytes = 256 * 1024 } = options;
  const readers = new Set<ServerResponse>();
  let id = 0;
  const send = (text: string): void => {
    for (const reader of readers) {
      // To write first would let one who never reads have one more of any size; those before are what counts.
      if (reader.writableLength <= bufferBytes) reader.write(text);
      else {
        readers.delete(reader);
        reader.destroy();
      }
    }
  };
  const stop = events.listen((event) => {
    id++;
    if (readers.size > 0) send(eventText(id, event));
  });
  const heartbeat = setInterval(() => send(': still here\n\n'), heartbeatMs);
  return {
    get readers() {
      return readers.size;
    },
    open(response) {
      if (readers.size >= limit)
        throw new CodedError('EDGE_CONNECTION_LIMIT', {
          detail: `At most ${limit} may listen.`,
          retryAfterSeconds: 15,
        });
      response.writeHead(200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' });
      if (response.req.method === 'HEAD') return void response.end();
      response.write(': from here on\n\n');
      readers.add(response);
      response.once('close', () => readers.delete(response));
    },
    close() {
      stop();
      clearInterval(heartbeat);
      for (const reader of readers) reader.end();
      readers.clear();
    },
  };
}

const eventText = (id: number, { kind, ...data }: PoolEvent): string =>
  `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;

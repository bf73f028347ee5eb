import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';

/** A log grows to this, then becomes `.1`: two files bound what an instance can fill. */
const maxBytes = 5 * 2 ** 20;
const tailLines = 12;

/** What one instance says, on disk, and its last lines at hand for when it crashes. */
export interface LogFile {
  write(chunk: Buffer): void;
  tail(): string[];
  close(): void;
}

export function logFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let stream: WriteStream = createWriteStream(path, { flags: 'a' });
  let last: string[] = [];
  return {
    write(chunk) {
      last = [
        ...last,
        ...chunk
          .toString()
          .split('\n')
          .filter((line) => line !== ''),
      ].slice(-tailLines);
      size += chunk.length;
      if (size > maxBytes) {
        stream.end();
        renameSync(path, `${path}.1`);
        stream = createWriteStream(path, { flags: 'a' });
        size = chunk.length;
      }
      stream.write(chunk);
    },
    tail: () => last,
    close: () => void stream.end(),
  };
}

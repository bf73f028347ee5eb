import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** A log grows to this, then becomes `.1`: two files bound what an instance can fill. */
const maxBytes = 5 * 2 ** 20;
const tailLines = 12;

/** What one instance says, on disk, and its last lines at hand for when it crashes. */
export interface LogFile {
  write(chunk: Buffer): void;
  tail(): string[];
}

export function logFile(path: string): LogFile {
  mkdirSync(dirname(path), { recursive: true });
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let file = openSync(path, 'a');
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
        closeSync(file);
        renameSync(path, `${path}.1`);
        file = openSync(path, 'a');
        size = chunk.length;
      }
      writeSync(file, chunk);
    },
    tail: () => last,
  };
}

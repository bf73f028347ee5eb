import { randomUUID } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the secrets of one reader lie: a volume in containers, a folder when run locally. */
export interface SecretDirectory {
  /**
   * The secret `name`, made by `make` when there is none yet. One that exists is never overwritten,
   * whoever else runs at the same time: all callers end with the same text. An empty file (a machine
   * that lost power while writing) counts as none.
   */
  once(name: string, make: () => string | Promise<string>): Promise<string>;
  /** A file that follows from a secret made elsewhere: written when missing or different. */
  derive(name: string, text: string): void;
}

export interface SecretDirectoryOptions {
  /** Mode of each file, such as 0o600. A directory made here is readable by the same classes. */
  readonly fileMode: number;
  /** Told of each file written, never of its content. */
  readonly onWrite: (path: string) => void;
}

/** Files appear under their name whole and with their final mode, or not at all. */
export function secretDirectory(directory: string, { fileMode, onWrite }: SecretDirectoryOptions): SecretDirectory {
  if (mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined) {
    chmodSync(directory, directoryMode(fileMode));
  }

  const publish = (name: string, text: string, place: (draft: string, path: string) => void): void => {
    const path = join(directory, name);
    const draft = join(directory, `.${name}.${randomUUID()}`);
    try {
      writeFileSync(draft, text, { mode: 0o600, flush: true, flag: 'wx' });
      // Afterwards, because the umask takes bits off a mode given at creation.
      chmodSync(draft, fileMode);
      place(draft, path);
      onWrite(path);
    } finally {
      rmSync(draft, { force: true });
    }
  };

  return {
    async once(name, make) {
      const path = join(directory, name);
      const present = textOf(path);
      if (present !== undefined) return present;
      const made = await make();
      try {
        if (textOf(path) === undefined) rmSync(path, { force: true });
        publish(name, made, linkSync);
      } catch (error) {
        // Another run was first; its secret is the secret.
        if (!isCode(error, 'EEXIST')) throw error;
      }
      return readFileSync(path, 'utf8').trim();
    },
    derive(name, text) {
      if (textOf(join(directory, name)) !== text.trim()) publish(name, text, renameSync);
    },
  };
}

/** Whoever may read the files may also enter: 0600 gives 0700, 0444 gives 0755. */
function directoryMode(fileMode: number): number {
  return 0o700 | ((fileMode & 0o044) >> 2) | (fileMode & 0o044);
}

/** A file's text without its closing newline; `undefined` when it is missing or empty. */
function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim() || undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

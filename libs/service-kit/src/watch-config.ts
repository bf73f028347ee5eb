import { statSync } from 'node:fs';
import { ConfigError } from '@edgeway/config';
import type { Logger } from '@edgeway/telemetry';

/** Mounted files are replaced in ways that file-system events miss; a look a second is cheap and sure. */
const pollMs = 500;

/** `refused`: the file is faulty, nothing changed, and the old one stays. */
export type Reload =
  | { readonly status: 'done' }
  | { readonly status: 'refused'; readonly faults: ConfigError['faults'] };

export interface WatchConfigOptions<T> {
  readonly file: string;
  /** Reads and checks it. Throws ConfigError. */
  readonly load: (file: string) => T;
  /** Puts it into force as a whole. Throws ConfigError, having changed nothing. */
  readonly apply: (config: T) => Promise<void>;
  /** Told how each reload went. */
  readonly onReload?: (reload: Reload) => void;
  readonly log: Logger;
}

export interface ConfigWatch {
  /** Reads the file now. Reloads follow each other, also those asked for at once. */
  reload(): Promise<Reload>;
  close(): void;
}

/** Follows a config file: reads it again on SIGHUP and when it changes. A faulty one is told with all its faults. */
export function watchConfig<T>({ file, load, apply, onReload, log }: WatchConfigOptions<T>): ConfigWatch {
  let last = stampOf(file);
  let turn: Promise<unknown> = Promise.resolve();
  const once = async (): Promise<Reload> => {
    const outcome = await attempt();
    onReload?.(outcome);
    return outcome;
  };
  const attempt = async (): Promise<Reload> => {
    last = stampOf(file);
    try {
      await apply(load(file));
      log.info({ file }, 'configuration reloaded');
      return { status: 'done' };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      log.error({ file, faults: error.faults }, 'configuration refused; the old one stays');
      return { status: 'refused', faults: error.faults };
    }
  };
  const reload = (): Promise<Reload> => {
    const next = turn.then(once);
    turn = next.catch(() => undefined);
    return next;
  };
  const failed = (error: unknown): void =>
    log.error({ file, err: error }, 'reload failed; the old configuration stays');
  const onSignal = (): void => void reload().catch(failed);
  process.on('SIGHUP', onSignal);
  const timer = setInterval(() => {
    const stamp = stampOf(file);
    // Away for a moment while it is replaced: it will be back.
    if (stamp !== undefined && stamp !== last) onSignal();
  }, pollMs).unref();
  return {
    reload,
    close() {
      clearInterval(timer);
      process.off('SIGHUP', onSignal);
    },
  };
}

function stampOf(file: string): string | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
}

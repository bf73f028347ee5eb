import type { FieldFault } from '@edgeway/errors';

/** A file or environment that cannot be used. Its message lists every fault, ready to print. */
export class ConfigError extends Error {
  /** What was read: a file's name, or `environment`. */
  readonly source: string;
  readonly faults: readonly FieldFault[];

  constructor(source: string, faults: readonly FieldFault[], cause?: unknown) {
    const width = Math.max(...faults.map(({ path }) => path.length));
    const lines = faults.map(({ path, message }) => `  ${path.padEnd(width)}  ${message}`);
    super(`${source}: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}\n${lines.join('\n')}`, { cause });
    this.name = 'ConfigError';
    this.source = source;
    this.faults = faults;
  }
}

import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@edgeway/config';
import { createLogger } from '@edgeway/telemetry';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readFileSync } from 'node:fs';
import { watchConfig } from './watch-config.ts';

function watched() {
  const dir = mkdtempSync(join(tmpdir(), 'edgeway-watch-'));
  const file = join(dir, 'a.yaml');
  writeFileSync(file, 'one');
  const applied: string[] = [];
  const lines: string[] = [];
  const watch = watchConfig({
    file,
    load: (path) => {
      const text = readFileSync(path, 'utf8');
      if (text.startsWith('bad')) throw new ConfigError(path, [{ path: 'x', message: 'is bad' }]);
      return text;
    },
    apply: async (config) => void applied.push(config),
    log: createLogger({ name: 'a', instance: 'a-1', destination: { write: (line) => void lines.push(line) } }),
  });
  onTestFinished(() => {
    watch.close();
    rmSync(dir, { recursive: true });
  });
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  return { watch, applied, lines, replace };
}

describe('watchConfig', () => {
  it('reads the file again when it was replaced', async () => {
    const { applied, replace } = watched();
    replace('two');
    await vi.waitFor(() => expect(applied).toEqual(['two']), 5000);
  });

  it('reads it again on SIGHUP, although nothing changed', async () => {
    const { applied } = watched();
    process.emit('SIGHUP');
    await vi.waitFor(() => expect(applied).toEqual(['one']));
  });

  it('keeps the old one when the new one is faulty, tells every fault, and takes the next good one', async () => {
    const { watch, applied, lines, replace } = watched();
    replace('bad');
    expect(await watch.reload()).toEqual({ status: 'refused', faults: [{ path: 'x', message: 'is bad' }] });
    expect(applied).toEqual([]);
    expect(lines.join('')).toContain('is bad');
    replace('good');
    expect(await watch.reload()).toEqual({ status: 'done' });
    expect(applied).toEqual(['good']);
  });
});

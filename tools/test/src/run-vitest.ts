import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countTests, type Counts, type VitestReport } from './counts.ts';

/** Runs Vitest in its own process, its output shown as it comes, and counts what it reports. */
export async function runVitest(root: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Counts> {
  const dir = await mkdtemp(join(tmpdir(), 'edgeway-report-'));
  const file = join(dir, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters, ...args],
      {
        cwd: root,
        env,
        stdio: ['ignore', 'inherit', 'inherit'],
      },
    );
    const [code] = (await once(child, 'exit')) as [number | null];
    const report = await readFile(file, 'utf8').catch(() => '{"testResults":[]}');
    return countTests(JSON.parse(report) as VitestReport, code === 0);
  } finally {
    await rm(dir, { recursive: true });
  }
}

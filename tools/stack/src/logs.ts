import { createReadStream, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Home } from './home.ts';
import { Refusal } from './refusal.ts';

const followMs = 300;

/** Prints what an instance or all of a service said; without a target everything. With `follow` goes on as it grows. */
export async function printLogs(home: Home, target: string | undefined, follow: boolean): Promise<void> {
  const files = logsOf(home, target);
  const seen = new Map<string, number>();
  for (;;) {
    // Replicas come and go while one looks on.
    for (const file of follow ? new Set([...files, ...logsOf(home, target)]) : files)
      seen.set(file, await printFrom(join(home.logs, file), seen.get(file) ?? 0));
    if (!follow) return;
    await wait(followMs);
  }
}

function logsOf({ logs }: Home, target: string | undefined): string[] {
  const all = namesIn(logs);
  const files = all.filter(
    (file) => target === undefined || file === `${target}.log` || file.replace(/-\d+\.log$/, '') === target,
  );
  if (all.length === 0) throw new Refusal('There are no logs yet. Start a stack with: npm start');
  if (files.length > 0) return files;
  throw new Refusal(`There is no log of "${target}"; there are ${all.map((file) => file.slice(0, -4)).join(', ')}`);
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir).filter((file) => file.endsWith('.log'));
  } catch {
    return [];
  }
}

/** Prints what a file holds beyond `from`. @returns where it ends now. */
async function printFrom(path: string, from: number): Promise<number> {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  // Shorter than before: a new file has taken its place.
  const start = size < from ? 0 : from;
  if (size > start)
    for await (const chunk of createReadStream(path, { start, end: size - 1 })) process.stdout.write(chunk);
  return size;
}

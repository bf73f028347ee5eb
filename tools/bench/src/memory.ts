import { readdirSync, readFileSync } from 'node:fs';

/** The sum of the proportional set sizes of a process and all its descendants, in MB. Linux only. */
export function treePss(rootPid: number): number {
  const parents = new Map<number, number>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    // pid (command) state parent …; the command may hold spaces and brackets.
    const stat = read(`/proc/${pid}/stat`);
    parents.set(pid, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const belongs = (pid: number): boolean =>
    pid === rootPid || (parents.has(pid) && pid > 1 && belongs(parents.get(pid)!));
  const kilobytes = [...parents.keys()]
    .filter(belongs)
    .map((pid) => Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0));
  return kilobytes.reduce((sum, value) => sum + value, 0) / 1000;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

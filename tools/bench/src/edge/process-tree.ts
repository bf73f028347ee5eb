import { readdirSync, readFileSync } from 'node:fs';

/** What /proc counts processor time in: USER_HZ, 100 a second on every Linux. */
const ticksPerSecond = 100;

/** Processor seconds, in user and kernel, that each process of a tree has spent until now, all its threads included. */
export function cpuSecondsByProcess(rootPid: number): Map<number, number> {
  const spent = new Map<number, number>();
  for (const pid of treeOf(rootPid)) {
    const stat = statOf(pid);
    if (stat !== undefined) spent.set(pid, (Number(stat[11]) + Number(stat[12])) / ticksPerSecond);
  }
  return spent;
}

export function cpuSeconds(rootPid: number): number {
  return cpuSecondsByProcess(rootPid)
    .values()
    .reduce((sum, seconds) => sum + seconds, 0);
}

/** Resident memory of a tree, in KB. */
export function residentKilobytes(rootPid: number): number {
  return treeOf(rootPid)
    .map((pid) => Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0))
    .reduce((sum, kilobytes) => sum + kilobytes, 0);
}

/** A process and all its descendants. */
export function treeOf(rootPid: number): number[] {
  const children = new Map<number, number[]>();
  for (const pid of readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)) {
    const parent = Number(statOf(pid)?.[1] ?? 0);
    children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const tree = [rootPid];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

/** The fields of /proc/PID/stat from the state on: the command before it may hold spaces and brackets. */
function statOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

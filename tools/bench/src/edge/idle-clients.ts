import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { figure, type Figure } from '../report.ts';
import { beside } from './beside.ts';
import { startEngine, type EngineName, type RunningEngine } from './engines.ts';
import type { Measured, Setting } from './measurement.ts';
import { residentKilobytes } from './process-tree.ts';
import { wrk } from './wrk.ts';

const wantedClients = 10_000;
/** File descriptors that a process needs besides those of its clients. */
const spareFiles = 1000;
const settleMs = 1500;
const patienceMs = 60_000;
const targetKilobytes = 3;

/** What a client costs that made one request and stays: growth of a fresh process' resident memory. */
export async function measureIdleClients(setting: Setting): Promise<Measured> {
  const permitted = Number(execFileSync('sh', ['-c', 'ulimit -n'], { encoding: 'utf8' })) || wantedClients + spareFiles;
  const clients = Math.min(wantedClients, permitted - spareFiles);
  const notMeasured: string[] = [];
  if (clients < wantedClients)
    notMeasured.push(`${wantedClients} idle clients: ulimit -n is ${permitted}, so ${clients}`);
  const grown = new Map<EngineName, number>();
  for (const name of ['wire', 'http-proxy', 'nginx'] as const) {
    if (!setting.wanted(name)) continue;
    const engine = await startEngine(setting.lab, name, setting.upstreamPort, clients + spareFiles);
    if (typeof engine === 'string') notMeasured.push(`idle clients of ${name}: ${engine}`);
    else grown.set(name, await growth(setting, engine, clients));
  }
  const figures = grown.entries().map(([name, kilobytes]): Figure => {
    const what = `${name}: memory of an idle client (${clients.toLocaleString('en')} of them)`;
    const target = name === 'wire' ? targetKilobytes : undefined;
    return figure(what, kilobytes, 'KB', target);
  });
  const [own, theirs] = [grown.get('wire'), grown.get('nginx')];
  const ratios =
    own === undefined || theirs === undefined
      ? []
      : [beside('memory of an idle client: wire / nginx', 'KB', [own], { peer: 'nginx', peerValues: [theirs] })];
  return { figures: [...figures, ...ratios], notMeasured };
}

async function growth({ lab }: Setting, engine: RunningEngine, clients: number): Promise<number> {
  // Compiled code and a grown heap are no client's cost.
  await wrk(lab, engine, 2);
  await sleep(settleMs);
  const before = residentKilobytes(engine.pid);
  const script = join(import.meta.dirname, 'spawned/idle.ts');
  const client = lab.start(1, [process.execPath, script, String(engine.port), String(clients)]);
  const until = performance.now() + patienceMs;
  while (client.output() === '' && !client.hasExited() && performance.now() < until) await sleep(50);
  await sleep(settleMs);
  const after = residentKilobytes(engine.pid);
  const { answered } = JSON.parse(client.output() || '{"answered":0}') as { answered: number };
  await client.stop();
  await engine.stop();
  if (answered < clients) throw new Error(`${engine.name}: only ${answered} of ${clients} idle clients got an answer`);
  return (after - before) / clients;
}

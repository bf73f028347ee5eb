import type { PlannedService } from '../compose/plan.ts';
import { Refusal } from '../refusal.ts';
import { portState } from './free-port.ts';
import { portHolder } from './port-holder.ts';

/** @throws Refusal that names who holds a port which a service publishes, and the way round it. */
export async function refuseBusyPorts(plan: readonly PlannedService[]): Promise<void> {
  for (const { name, published } of plan) {
    if (published === undefined) continue;
    const { port, host } = published;
    if (port < 1 || port > 65_535)
      throw new Refusal(`Port ${port}, which ${name} should have, does not exist; see EDGE_PORT.`);
    const state = await portState(port, host);
    if (state === 'free') continue;
    if (state === 'forbidden')
      throw new Refusal(`This user may not listen on port ${port}. Choose one from 1024 on: EDGE_PORT=8080 npm start`);
    const holder = await portHolder(port);
    const who = holder === undefined ? 'another process' : `process ${holder.pid} (${holder.command})`;
    throw new Refusal(
      `Port ${port}, which ${name} needs, is held by ${who}.\nStop it, or choose another port: EDGE_PORT=${port + 1} npm start`,
    );
  }
}

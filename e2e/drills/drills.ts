import { drain } from './cases/drain.ts';
import { flapping } from './cases/flapping.ts';
import { membership } from './cases/membership.ts';
import { reload } from './cases/reload.ts';
import { errors, freeze, halfOpen, kill, slow } from './cases/single-faults.ts';
import type { Drill, DrillResult, NotMeasured } from './drill.ts';
import { Lab, type Setting } from './lab/lab.ts';

export const drills: readonly Drill[] = [kill, freeze, slow, errors, halfOpen, flapping, membership, reload, drain];

/** Runs one in a lab of its own. @throws Error with the balancer's log when the drill itself breaks. */
export async function runDrill(drill: Drill, setting: Setting): Promise<DrillResult | NotMeasured> {
  await using lab = new Lab(setting);
  try {
    return await drill.run(lab);
  } catch (error) {
    throw new Error(`${drill.name} under ${setting.strategy} broke:\n${lab.log()}`, { cause: error });
  }
}

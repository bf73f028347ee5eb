import type { Instance } from '../processes/instance.ts';
import type { ServiceGroup } from '../service-group.ts';
import type { Stack } from '../stack.ts';
import type { Command, Row } from './protocol.ts';

/** Carries out a command on a running stack. @throws Error that names what there is, when the target does not exist. */
export async function perform(stack: Stack, command: Command, stopAll: () => void): Promise<unknown> {
  switch (command.name) {
    case 'ps':
      return rows(stack);
    case 'scale': {
      const group = groupOf(stack, command.service);
      if (group.service.published !== undefined && command.replicas > 1)
        throw new Error(`${command.service} holds a port of this machine; it cannot have replicas`);
      if (group.service.kind !== 'app') throw new Error(`${command.service} is a store; it cannot be scaled`);
      return group.scale(command.replicas);
    }
    case 'kill':
      return killed(instancesOf(stack, command.target), command.signal as NodeJS.Signals, command.target);
    case 'stop':
      if (command.target === undefined) return stopAll();
      return groupOf(stack, command.target).stop();
    case 'start':
      return groupOf(stack, command.target).restart();
  }
}

/** @returns the names of those it was sent to. */
function killed(instances: readonly Instance[], signal: NodeJS.Signals, target: string): string[] {
  const hit = instances.filter((instance) => instance.kill(signal)).map(({ name }) => name);
  if (hit.length === 0) throw new Error(`${target} does not run`);
  return hit;
}

function rows({ groups }: Stack): Row[] {
  return [...groups.values()].flatMap(({ service, instances }) =>
    instances.map(({ name, state, pid, port, restarts }) => ({
      instance: name,
      service: service.name,
      state,
      pid: pid ?? null,
      port,
      restarts,
    })),
  );
}

function groupOf({ groups }: Stack, name: string): ServiceGroup {
  const group = groups.get(name);
  if (group === undefined) throw new Error(`there is no service "${name}"; there are ${[...groups.keys()].join(', ')}`);
  return group;
}

/** One instance by its name, or all of a service. */
function instancesOf(stack: Stack, target: string): Instance[] {
  const all = [...stack.groups.values()].flatMap(({ instances }) => instances);
  const one = all.find(({ name }) => name === target);
  if (one !== undefined) return [one];
  if (stack.groups.has(target)) return groupOf(stack, target).instances;
  throw new Error(`there is no "${target}"; there are ${all.map(({ name }) => name).join(', ')}`);
}

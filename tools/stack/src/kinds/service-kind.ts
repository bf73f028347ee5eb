import type { ChildProcess } from 'node:child_process';
import type { PlannedService } from '../compose/plan.ts';
import type { Home } from '../home.ts';

export interface KindOptions {
  readonly service: PlannedService;
  readonly home: Home;
  readonly onNote: (text: string) => void;
}

/** How a kind of service is run as processes. */
export interface ServiceKind {
  /** What is done once before any replica starts; of a one-shot that is all. */
  prepare(signal: AbortSignal): Promise<void>;
  /** @param exposed where its internal ports are to listen, by their number in the file. */
  spawn(instance: string, port: number, exposed: Readonly<Record<string, number>>): ChildProcess;
  healthy(port: number): Promise<boolean>;
  readonly signals?: { readonly stopSignal: NodeJS.Signals; readonly endSignal: NodeJS.Signals };
}

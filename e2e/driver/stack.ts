/** How the layers are put together: infra/compose. */
export type Pattern = 'lb-gw-lb' | 'lb-gw' | 'gw-lb';
export const patterns: readonly Pattern[] = ['lb-gw-lb', 'lb-gw', 'gw-lb'];

export type Runner = 'local' | 'compose';

export interface StackOptions {
  readonly pattern: Pattern;
  /** Variables that docker-compose.yml interpolates, such as AUTH_LIMIT_POINTS. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A whole platform that runs, seen from outside. Both runners of docker-compose.yml offer the same. */
export interface Stack {
  /** The front door. */
  readonly url: string;
  /** The demo users' password. */
  readonly demoPassword: string;
  /** Names of the replicas that run, as X-Served-By shows them. */
  instances(service: string): Promise<string[]>;
  /** `kill -9`, as the kernel's out-of-memory killer would; the runner starts it again. */
  kill(instance: string): Promise<void>;
  /** Takes every replica of a service away, at once, until it is started again. */
  stopService(service: string): Promise<void>;
  startService(service: string): Promise<void>;
  scale(service: string, replicas: number): Promise<void>;
  logs(): Promise<string>;
  /** Ends it and forgets its data. */
  down(): Promise<void>;
}

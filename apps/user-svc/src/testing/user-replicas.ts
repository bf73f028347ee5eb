import { randomUUID } from 'node:crypto';
import { createInternalTokenIssuer, generateKeyPair, userScopes } from '@edgeway/auth';
import { TokenResponse, User } from '@edgeway/contracts';
import { staticDiscovery, type Address } from '@edgeway/discovery';
import type { RunningHttp } from '@edgeway/service-kit/http';
import { createLogger } from '@edgeway/telemetry';
import type { TestDatabase } from '@edgeway/testing';
import { startUserSvc } from '../start-user-svc.ts';

/** An answer, read to its end. `body` is `undefined` when there is none. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Account extends User {
  readonly password: string;
}

/** Several user-svc over one database, in this process but over real sockets. */
export interface UserReplicas {
  /** Consecutive requests go to the replicas in turn, as behind a balancer. */
  get(path: string, token?: string): Promise<Answer>;
  post(path: string, body: unknown): Promise<Answer>;
  patch(path: string, body: unknown, token?: string): Promise<Answer>;
  /** A new account with an address and a password of its own. */
  register(displayName?: string): Promise<Account>;
  /** @throws when the service does not answer 200. */
  login(account: { readonly email: string; readonly password: string }): Promise<TokenResponse>;
  /** What the gateway would send along for this user. */
  internalToken(userId?: string, scopes?: readonly string[]): Promise<string>;
  isActive(sessionId: string): Promise<unknown>;
  stop(): Promise<void>;
}

export interface UserReplicasOptions {
  readonly database: TestDatabase;
  /** Default: nothing listens there. */
  readonly redis?: Address;
  /** Default 2. */
  readonly count?: number;
  readonly demoPassword?: string;
}

const nowhere: Address = { host: '127.0.0.1', port: 9 };

/** Composes the service as its main does, `count` times at once. */
export async function startReplicas(options: UserReplicasOptions): Promise<UserReplicas> {
  const [signing, internal] = await Promise.all([generateKeyPair(), generateKeyPair()]);
  const env = {
    EDGEWAY_LISTEN: '3000=127.0.0.1:0',
    DATABASE_PASSWORD: options.database.password,
    SIGNING_KEY: JSON.stringify(signing.privateJwk),
    INTERNAL_PUBLIC_KEY: JSON.stringify(internal.publicJwk),
    ...(options.demoPassword === undefined ? {} : { DEMO_PASSWORD: options.demoPassword }),
  };
  const names = Array.from({ length: options.count ?? 2 }, (_, index) => `user-svc-${index + 1}`);
  const stopping = new AbortController();
  const replicas = await Promise.all(names.map((instance) => startReplica(instance, env, options, stopping.signal)));
  let turn = 0;
  const send = sender(() => replicas[turn++ % replicas.length]!.address.port);
  const gateway = createInternalTokenIssuer({ privateJwk: internal.privateJwk });
  const internalToken = (userId: string = randomUUID(), scopes: readonly string[] = userScopes) =>
    gateway.issue({ userId, scopes, sessionId: randomUUID() });
  return {
    internalToken,
    get: (path, token) => send('GET', path, undefined, token),
    post: (path, body) => send('POST', path, body),
    patch: (path, body, token) => send('PATCH', path, body, token),
    async register(displayName = 'Grace Hopper') {
      const email = `grace-${randomUUID()}@edgeway.example`;
      const password = randomUUID();
      const { body } = await send('POST', '/api/v1/auth/register', { email, password, displayName });
      return { ...User.parse(body), password };
    },
    async login({ email, password }) {
      return TokenResponse.parse((await send('POST', '/api/v1/auth/login', { email, password })).body);
    },
    async isActive(sessionId) {
      return (await send('GET', `/internal/sessions/${sessionId}`, undefined, await internalToken())).body;
    },
    async stop() {
      stopping.abort();
      await Promise.all(replicas.map(({ drain, close }) => drain().then(close)));
    },
  };
}

function startReplica(
  instance: string,
  env: NodeJS.ProcessEnv,
  { database, redis = nowhere }: UserReplicasOptions,
  draining: AbortSignal,
): Promise<RunningHttp> {
  const log = createLogger({ name: 'user-svc', instance, level: 'silent' });
  const discovery = staticDiscovery({ postgres: [database], redis: [redis] });
  return startUserSvc({ name: 'user-svc', instance, env, log, discovery, draining }, database);
}

type Send = (method: string, path: string, body?: unknown, token?: string) => Promise<Answer>;

function sender(port: () => number): Send {
  return async (method, path, given, token) => {
    const response = await fetch(`http://127.0.0.1:${port()}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(given === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(given === undefined ? {} : { body: JSON.stringify(given) }),
    });
    const text = await response.text();
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body };
  };
}

import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createAccessTokenIssuer, generateKeyPair, userScopes, type JwkPair } from '@edgeway/auth';
import { parseConfig } from '@edgeway/config';
import { staticDiscovery, type Address } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { readFileSync } from 'node:fs';
import { GatewayConfig } from '../config/schema.ts';
import { startGateway } from '../start-gateway.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A fake service on a real socket. */
export async function listening(listener: RequestListener): Promise<Address & { stop(): Promise<void> }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, stop };
}

/** The file that ships, so that tests speak of the routes that run. */
const file = new URL('../../../../infra/config/gateway.yaml', import.meta.url);

export interface World {
  readonly keys: JwkPair;
  readonly internal: JwkPair;
  tokens(scopes?: readonly string[], sessionId?: string, userId?: string): Promise<string>;
  gateway(services: Record<string, readonly Address[]>, env?: Record<string, string>): Promise<RunningGateway>;
  stop(): Promise<void>;
}
export interface RunningGateway extends Address {
  ask(target: string, headers?: Record<string, string>, body?: string): Promise<Answer>;
}

export async function world(): Promise<World> {
  const [keys, internal] = [await generateKeyPair(), await generateKeyPair()];
  const issuer = createAccessTokenIssuer({ privateJwk: keys.privateJwk });
  const closing: (() => Promise<void>)[] = [];
  return {
    keys,
    internal,
    tokens: async (scopes = userScopes, sessionId = crypto.randomUUID(), userId = crypto.randomUUID()) =>
      (await issuer.issue({ userId, scopes, sessionId })).token,
    async gateway(services, env = {}) {
      const config = parseConfig('gateway.yaml', readFileSync(file, 'utf8'), GatewayConfig, env);
      const log = createLogger({ name: 'api-gateway', instance: 'test', level: 'silent' });
      const running = await startGateway(
        {
          name: 'api-gateway',
          instance: `gw-${closing.length}`,
          env: {
            EDGEWAY_LISTEN: '3000=127.0.0.1:0',
            INTERNAL_PRIVATE_KEY: JSON.stringify(internal.privateJwk),
            ...env,
          },
          log,
          discovery: staticDiscovery(services),
          draining: new AbortController().signal,
        },
        config,
      );
      closing.push(async () => {
        await running.drain();
        await running.close?.();
      });
      return { ...running.address, ask: (target, headers, body) => ask(running.address, target, headers, body) };
    },
    stop: async () => void (await Promise.all(closing.splice(0).map((close) => close()))),
  };
}

async function ask(at: Address, target: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  const [method, path] = target.split(' ') as [string, string];
  const outgoing = request({ ...at, method, path, headers, agent: false });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: incoming.statusCode!, headers: incoming.headers, body: await text(incoming) };
}

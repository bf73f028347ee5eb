import { createServer, type Server } from 'node:http';
import { listenAddress } from '@edgeway/discovery';
import type { Logger } from '@edgeway/telemetry';
import express, { type Express, type RequestHandler } from 'express';
import { drainableServer } from '../drainable-server.ts';
import type { Running, ServiceContext } from '../run-service.ts';
import { health, type ReadinessChecks } from './health.ts';
import { problems, routeNotFound } from './problems.ts';
import { requestId } from './request-id.ts';

export interface HttpServiceOptions {
  /** The port inside the container; the local runner maps it. */
  readonly port: number;
  readonly routes: RequestHandler;
  readonly readiness?: ReadinessChecks;
  /** How many proxies in front are believed about the client's address. Default 0. */
  readonly trustedHops?: number;
  /** Keeps an X-Request-Id that arrives. False for a front door, where it is any client's claim. Default true. */
  readonly trustRequestId?: boolean;
  /** Runs after the drain: close pools and clients here. */
  readonly close?: () => Promise<void>;
}

export interface RunningHttp extends Running {
  readonly address: { readonly host: string; readonly port: number };
}

/** Idle connections outlive those of any client pool in front (60 s), so that it is the client who closes. */
const keepAliveTimeoutMs = 65_000;
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;

/** An Express 5 service with everything each service needs, around `routes`. */
export async function startHttpService(context: ServiceContext, options: HttpServiceOptions): Promise<RunningHttp> {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveTimeoutMs,
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      noDelay: true,
    },
    httpApp(context, options),
  );
  const { drain } = drainableServer(server);
  const address = await listen(server, options.port, context.env);
  context.log.info(address, 'listening');
  return { address, drain, close: async () => options.close?.() };
}

/** The Express application alone, without a socket. */
function httpApp(
  context: ServiceContext,
  { routes, readiness = {}, trustedHops = 0, trustRequestId = true }: HttpServiceOptions,
): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').set('trust proxy', trustedHops);
  app.use(requestId(trustRequestId), servedBy(context.instance), accessLog(context.log));
  app.use(health(context, readiness));
  app.use(routes);
  app.use(routeNotFound(), problems(context.log));
  return app;
}

/** A proxied answer overwrites this with the name of who really answered. */
function servedBy(instance: string): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('x-served-by', instance);
    next();
  };
}

function accessLog(log: Logger): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    response.once('close', () => {
      const line = {
        requestId: String(response.locals['requestId']),
        method: request.method,
        path: request.originalUrl.split('?', 1)[0],
        status: response.statusCode,
        ms: Math.round((performance.now() - started) * 10) / 10,
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      // Probes come every second from every balancer; they would drown the rest.
      if (request.path === '/readyz' || request.path === '/livez') log.debug(line, 'probe');
      else log.info(line, 'request');
    });
    next();
  };
}

async function listen(server: Server, port: number, env: NodeJS.ProcessEnv): Promise<{ host: string; port: number }> {
  const wanted = listenAddress(port, env);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted.port, wanted.host, resolve);
  });
  const bound = server.address();
  return { host: wanted.host, port: typeof bound === 'object' && bound !== null ? bound.port : wanted.port };
}

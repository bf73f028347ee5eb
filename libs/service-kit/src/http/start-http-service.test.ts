import { CodedError } from '@edgeway/errors';
import { staticDiscovery } from '@edgeway/discovery';
import { createLogger } from '@edgeway/telemetry';
import { Router } from 'express';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { jsonBody, parseQuery } from './body.ts';
import { identityOf, internalIdentity, requireScope } from './identity.ts';
import { startHttpService, type RunningHttp } from './start-http-service.ts';

const drained = new AbortController();
let service: RunningHttp;
let ready = true;

const ada = { userId: 'ada', scopes: new Set(['orders:read']), sessionId: 's1' };
const verifier = {
  verify: async (token: string) => {
    if (token !== 'minted') throw new Error('bad signature');
    return ada;
  },
};

function routes(): Router {
  const router = Router();
  router.post(
    '/echo',
    jsonBody(z.strictObject({ n: z.number() })),
    (request, response) => void response.json(request.body),
  );
  router.get(
    '/list',
    (request, response) => void response.json(parseQuery(z.object({ limit: z.coerce.number().max(100) }), request)),
  );
  router.get(
    '/me',
    internalIdentity(verifier),
    (_request, response) => void response.json({ id: identityOf(response).userId }),
  );
  router.get(
    '/write',
    internalIdentity(verifier),
    requireScope('orders:write'),
    (_request, response) => void response.end(),
  );
  router.get('/busy', () => {
    throw new CodedError('DEADLINE_EXCEEDED', { retryAfterSeconds: 2 });
  });
  router.get('/bug', () => {
    throw new TypeError('secret internals');
  });
  return router;
}

beforeAll(async () => {
  const context = {
    name: 'demo',
    instance: 'demo-1',
    env: { EDGEWAY_LISTEN: '3000=127.0.0.1:0' },
    log: createLogger({ name: 'demo', instance: 'demo-1', level: 'silent' }),
    discovery: staticDiscovery({}),
    draining: drained.signal,
  };
  const readiness = { migrated: async () => (ready ? undefined : Promise.reject(new Error('not yet'))) };
  service = await startHttpService(context, { port: 3000, routes: routes(), readiness });
});
afterAll(async () => {
  await service.drain();
});

const ask = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(`http://127.0.0.1:${service.address.port}${path}`, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) };
};
const post = (body: string, type = 'application/json') =>
  ask('/echo', { method: 'POST', body, headers: { 'content-type': type } });

describe('startHttpService', () => {
  it('stamps every answer with who served it and under which request id', async () => {
    const { headers } = await ask('/livez');
    expect(headers.get('x-served-by')).toBe('demo-1');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('keeps a request id it is given, and replaces one that could harm a log', async () => {
    expect((await ask('/livez', { headers: { 'x-request-id': 'req-12345678' } })).headers.get('x-request-id')).toBe(
      'req-12345678',
    );
    expect((await ask('/livez', { headers: { 'x-request-id': '{"a":1}\tx' } })).headers.get('x-request-id')).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('answers unknown routes, coded errors and bugs as problem+json with their real status', async () => {
    const missing = await ask('/nowhere?q=1');
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
    expect(missing.body).toMatchObject({
      status: 404,
      code: 'ROUTE_NOT_FOUND',
      instance: '/nowhere',
      requestId: missing.headers.get('x-request-id'),
    });
    const busy = await ask('/busy');
    expect([busy.status, busy.body.code, busy.headers.get('retry-after')]).toEqual([504, 'DEADLINE_EXCEEDED', '2']);
    const bug = await ask('/bug');
    expect(bug.body).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(JSON.stringify(bug.body)).not.toContain('secret');
  });

  it('checks bodies: type, size, form and every field', async () => {
    expect((await post('{"n":1}')).body).toEqual({ n: 1 });
    expect((await post('{"n":1}', 'text/plain')).body.code).toBe('BODY_TYPE_UNSUPPORTED');
    expect((await post('{"n":')).body.code).toBe('BODY_INVALID');
    expect((await post(`{"n":"${'x'.repeat(70_000)}"}`)).body.code).toBe('BODY_TOO_LARGE');
    const faulty = await post('{"n":"1","extra":true}');
    expect(faulty.status).toBe(400);
    expect(faulty.body.errors.map((fault: { path: string }) => fault.path).toSorted()).toEqual(['extra', 'n']);
  });

  it('checks queries', async () => {
    expect((await ask('/list?limit=7')).body).toEqual({ limit: 7 });
    expect((await ask('/list?limit=x')).body).toMatchObject({ status: 400, code: 'QUERY_INVALID' });
  });

  it('admits only minted identities, and only with the scope', async () => {
    expect((await ask('/me')).body).toMatchObject({ status: 401, code: 'IDENTITY_MISSING' });
    expect((await ask('/me', { headers: { authorization: 'Bearer forged' } })).body).toMatchObject({
      status: 401,
      code: 'IDENTITY_INVALID',
    });
    const authorization = 'Bearer minted';
    expect((await ask('/me', { headers: { authorization } })).body).toEqual({ id: 'ada' });
    expect((await ask('/write', { headers: { authorization } })).body).toMatchObject({
      status: 403,
      code: 'SCOPE_MISSING',
    });
  });

  it('is ready only while its checks pass and it is not draining', async () => {
    expect((await ask('/readyz')).status).toBe(200);
    ready = false;
    expect((await ask('/readyz')).body).toEqual({ status: 'unavailable', failed: ['migrated'] });
    ready = true;
    drained.abort();
    expect((await ask('/readyz')).body).toEqual({ status: 'unavailable', failed: ['draining'] });
    expect((await ask('/livez')).status).toBe(200);
  });
});

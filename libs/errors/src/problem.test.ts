import { describe, expect, it } from 'vitest';
import { CodedError, isCoded } from './coded-error.ts';
import { problemOf } from './problem.ts';

const at = { requestId: 'r-1', instance: '/api/v1/orders' };

describe('problemOf', () => {
  it('answers with the code, its status and what the client may see', () => {
    const faults = [{ path: 'lines[0].quantity', message: 'must be > 0' }];
    const answer = problemOf(new CodedError('BODY_INVALID', { detail: '1 fault', errors: faults }), at);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).toEqual({
      type: 'urn:edgeway:problem:body-invalid',
      title: 'The request body is not valid',
      status: 400,
      detail: '1 fault',
      instance: '/api/v1/orders',
      code: 'BODY_INVALID',
      requestId: 'r-1',
      errors: faults,
    });
  });

  it('keeps the text of an unforeseen failure from the client', () => {
    const answer = problemOf(new Error('relation "users" at /srv/secret'), at);
    expect(answer.body.code).toBe('INTERNAL_ERROR');
    expect(JSON.stringify(answer)).not.toContain('secret');
  });

  it("sends Retry-After and the occurrence's own fields", () => {
    const error = new CodedError('METHOD_NOT_ALLOWED', { headers: { allow: 'GET, HEAD' }, retryAfterSeconds: 3 });
    expect(problemOf(error, at).headers).toMatchObject({ allow: 'GET, HEAD', 'retry-after': '3' });
  });
});

describe('a 401', () => {
  it('names the scheme it would take, unless the occurrence says more', () => {
    expect(problemOf(new CodedError('TOKEN_MISSING'), at).headers['www-authenticate']).toBe('Bearer');
    const headers = { 'www-authenticate': 'Bearer error="invalid_token"' };
    expect(problemOf(new CodedError('TOKEN_INVALID', { headers }), at).headers).toMatchObject(headers);
  });
});

describe('isCoded', () => {
  it('tells codes apart', () => {
    const error = new CodedError('ROUTE_NOT_FOUND');
    expect(isCoded(error, 'ROUTE_NOT_FOUND')).toBe(true);
    expect(isCoded(error, 'BODY_INVALID')).toBe(false);
    expect(isCoded(new Error('x'))).toBe(false);
  });
});

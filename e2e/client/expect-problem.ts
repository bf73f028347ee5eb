import { expect } from 'vitest';
import type { Answer } from './client.ts';
import type { Problem } from './shapes.ts';

/** Expects an RFC 9457 problem that is complete and says the same everywhere, and returns it. */
export function expectProblem(answer: Answer, status: number, code: string): Problem {
  const problem = answer.body as Problem;
  expect(problem, `status ${answer.status}`).toMatchObject({ status, code });
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(problem.type).toBe(`urn:edgeway:problem:${code.toLowerCase().replaceAll('_', '-')}`);
  expect(problem.title).not.toBe('');
  expect(problem.instance).toMatch(/^\//);
  expect(problem.requestId).toBe(answer.headers.get('x-request-id'));
  return problem;
}

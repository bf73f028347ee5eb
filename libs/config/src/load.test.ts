import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { loadConfig, parseConfig } from './load.ts';

const schema = z.strictObject({
  limits: z.record(z.string(), z.strictObject({ points: z.number('must be a number').positive() })),
  routes: z.array(z.strictObject({ to: z.string() })),
});
const good = 'limits: { auth: { points: ${POINTS:-30} } }\nroutes: [{ to: user-svc }]\n';

const faultsOf = (text: string, env: NodeJS.ProcessEnv = {}) => {
  try {
    parseConfig('gateway.yaml', text, schema, env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('the config was accepted');
};

describe('parseConfig', () => {
  it('fills the environment in, before types are checked', () => {
    expect(parseConfig('f', good, schema, {}).limits['auth']?.points).toBe(30);
    expect(parseConfig('f', good, schema, { POINTS: '7' }).limits['auth']?.points).toBe(7);
  });

  it('freezes what it returns, all the way down', () => {
    const config = parseConfig('f', good, schema, {});
    expect(() => Object.assign(config.routes[0]!, { to: 'x' })).toThrow(TypeError);
  });

  it('lists every fault by its path', () => {
    const error = faultsOf('limits: { auth: { points: thirty, burst: 1 } }\nroutes: [{ to: a }, { to: 3 }]\n');
    expect(error.faults.map(({ path }) => path)).toEqual(['limits.auth.points', 'limits.auth.burst', 'routes[1].to']);
    expect(error.message).toMatch(/^gateway\.yaml: 3 faults\n {2}limits\.auth\.points {2}must be a number\n/);
  });

  it('says where YAML itself is broken', () => {
    expect(faultsOf('limits: {\n  auth: [\n').faults[0]?.path).toMatch(/^line \d/);
  });

  it('refuses a variable that is not set and has no default', () => {
    expect(faultsOf('limits: ${NOPE}').faults[0]?.message).toContain('NOPE');
  });

  it('treats an empty file as an empty config, so that required fields are named', () => {
    expect(faultsOf('').faults.map(({ path }) => path)).toEqual(['limits', 'routes']);
  });
});

describe('loadConfig', () => {
  it('names a file it cannot read', () => {
    expect(() => loadConfig({ file: '/nowhere/x.yaml', schema })).toThrow(/\/nowhere\/x\.yaml: 1 fault/);
  });
});

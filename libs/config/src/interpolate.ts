import type { FieldFault } from '@edgeway/errors';

const reference = /\$\$|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?-)([^}]*))?\}/g;

/**
 * Fills `${NAME}` and `${NAME:-default}` as docker compose does, so that both kinds of file read
 * alike; `$$` is a dollar sign. A name that is not set and has no default is a fault, not an empty string.
 */
export function interpolate(text: string, env: NodeJS.ProcessEnv): { text: string; faults: FieldFault[] } {
  const faults: FieldFault[] = [];
  const filled = text.replace(reference, (whole: string, name?: string, operator?: string, fallback?: string) => {
    if (name === undefined) return '$';
    const value = env[name];
    if (value !== undefined && !(value === '' && operator === ':-')) return value;
    if (fallback !== undefined) return fallback;
    faults.push({ path: whole, message: `the environment has no ${name}; set it, or write \${${name}:-default}` });
    return '';
  });
  return { text: filled, faults };
}

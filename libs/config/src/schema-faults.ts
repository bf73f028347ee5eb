import type { FieldFault } from '@edgeway/errors';
import type { z } from 'zod';

/** `['routes', 2, 'to']` as people write it: `routes[2].to`. The root is `.`. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.reduce<string>(
    (so, key) => (typeof key === 'number' ? `${so}[${key}]` : `${so}${so === '' ? '' : '.'}${String(key)}`),
    '',
  );
  return text === '' ? '.' : text;
}

/** Every fault zod found, by path. */
export function schemaFaults(error: z.ZodError): FieldFault[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ path: pathText([...issue.path, key]), message: 'is not a known field' }));
    return [{ path: pathText(issue.path), message: issue.message }];
  });
}

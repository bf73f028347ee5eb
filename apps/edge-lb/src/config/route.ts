import { z } from 'zod';
import { fieldName, wholeNumber } from './fields.ts';

const path = z.string().regex(/^\/[^\s?#]*$/, 'must be a path that starts with /');
const pool = z.string('must be the name of a pool');
// No statuses without a body, and none that need what a fixed answer cannot give.
const respondStatus = wholeNumber(200, 'The status. Default 200.').max(599, 'must be at most 599').default(200);

const actions = ['pool', 'split', 'redirect', 'respond'] as const;

/** Which requests, and what is done with them: one of `pool`, `split`, `redirect` and `respond`. */
export const RouteConfig = z
  .strictObject({
    host: z
      .string()
      .regex(/^(?:\*\.)?[\w.-]+$/, 'must be a host name, or *. and one')
      .toLowerCase()
      .optional()
      .describe('Only requests for this host; `*.example.org` is any host below. Default: any.'),
    path: path.default('/').describe('A prefix, matched by whole segments. Default /.'),
    methods: z
      .array(z.string().regex(/^[A-Z-]+$/, 'must be a method in capitals'))
      .min(1, 'must name at least one method')
      .optional()
      .describe('Only these methods. Default: any.'),
    headers: z
      .record(fieldName, z.string())
      .optional()
      .describe('Only requests whose fields have exactly these values. Default: any.'),
    pool: pool.optional().describe('The pool that answers.'),
    split: z
      .array(
        z.strictObject({
          pool: pool.describe('The pool.'),
          weight: wholeNumber(0, 'Its share.').max(1_000_000, 'must be at most 1000000'),
        }),
      )
      .min(1, 'must name at least one pool')
      .refine((parts) => parts.some(({ weight }) => weight > 0), 'must give some pool a weight')
      .optional()
      .describe('Pools that share the requests by weight, such as a canary.'),
    redirect: z
      .strictObject({
        to: z
          .string()
          .regex(/^(?:https?:\/\/[^\s]+|\/[^\s]*)$/, 'must be a path or an http URL')
          .describe('Where to; `{path}` stands for the path and query that were asked for.'),
        status: z
          .literal([301, 302, 303, 307, 308], 'must be 301, 302, 303, 307 or 308')
          .default(308)
          .describe('Default 308: permanent, with the same method.'),
      })
      .optional()
      .describe('Answers with a redirect.'),
    respond: z
      .strictObject({
        status: respondStatus,
        body: z.string().default('').describe('Default: none.'),
        contentType: z
          .string()
          .regex(/^[ -~]+$/, 'must be a media type')
          .default('text/plain; charset=utf-8')
          .describe('Default text/plain.'),
      })
      .optional()
      .describe('Answers with this.'),
    rewrite: path.optional().describe('Replaces the prefix that `path` matched on the way to the pool.'),
    mirror: pool
      .optional()
      .describe('A pool that gets a copy of each request without a body; its answers are thrown away.'),
  })
  .superRefine((route, faults) => {
    const given = actions.filter((action) => route[action] !== undefined);
    if (given.length !== 1) faults.addIssue({ code: 'custom', message: `must have one of ${actions.join(', ')}` });
    else if (given[0] !== 'pool' && given[0] !== 'split')
      for (const name of ['rewrite', 'mirror'] as const)
        if (route[name] !== undefined)
          faults.addIssue({ code: 'custom', path: [name], message: 'needs a pool or a split' });
  });

export type RouteConfig = z.infer<typeof RouteConfig>;

import { isCoded } from '@edgeway/errors';
import { describe, expect, it } from 'vitest';
import { asCodedStoreError, isDatabaseUnavailable } from './unavailable.ts';

const failure = (message: string, code?: string): Error => Object.assign(new Error(message), code ? { code } : {});

describe('a database failure', () => {
  it.each([
    failure('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    failure('getaddrinfo ENOTFOUND postgres', 'ENOTFOUND'),
    failure('terminating connection due to administrator command', '57P01'),
    failure('the database system is starting up', '57P03'),
    failure('sorry, too many clients already', '53300'),
    failure('connection failure', '08006'),
    failure('canceling statement due to statement timeout', '57014'),
    failure('timeout exceeded when trying to connect'),
    failure('Connection terminated unexpectedly'),
    failure('Query read timeout'),
    failure('Client has encountered a connection error and is not queryable'),
    new AggregateError([failure('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')]),
  ])('of the server is DATABASE_UNAVAILABLE: $message', (error) => {
    const coded = asCodedStoreError(error);
    expect(isCoded(coded, 'DATABASE_UNAVAILABLE') && [coded.retryAfterSeconds, coded.cause]).toEqual([1, error]);
  });

  it.each([
    failure('duplicate key value violates unique constraint "users_email_key"', '23505'),
    failure('relation "users" does not exist', '42P01'),
    failure('password authentication failed for user "user_svc"', '28P01'),
    new TypeError('x is not a function'),
  ])('of the statement or of ours stays what it is: $message', (error) => {
    expect(asCodedStoreError(error)).toBe(error);
  });

  it('that is not even an error is no outage', () => {
    expect(isDatabaseUnavailable('ECONNREFUSED')).toBe(false);
  });
});

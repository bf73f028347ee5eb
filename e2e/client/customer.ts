import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Client } from './client.ts';
import type { Tokens, User } from './shapes.ts';

/** Somebody with an account, signed in. */
export interface Customer {
  readonly user: User;
  readonly email: string;
  readonly password: string;
  readonly tokens: Tokens;
}

/** Registers a new account and signs in: two of the limited requests under /auth. */
export async function newCustomer(client: Client, displayName = 'Grace Hopper'): Promise<Customer> {
  const email = `grace-${randomUUID()}@example.com`;
  const password = 'nanoseconds matter';
  const registered = await client<User>('POST /api/v1/auth/register', { body: { email, password, displayName } });
  expect(registered.status, JSON.stringify(registered.body)).toBe(201);
  return { user: registered.body, email, password, tokens: await signIn(client, email, password) };
}

export async function signIn(client: Client, email: string, password: string): Promise<Tokens> {
  const answer = await client<Tokens>('POST /api/v1/auth/login', { body: { email, password } });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
}

import type { UserStore } from './accounts.ts';
import type { Passwords } from './passwords.ts';

/** Who is there from the start, on machines that set a demo password. Production sets none. */
const demoUsers = [
  { email: 'ada@edgeway.example', displayName: 'Ada Lovelace', role: 'admin' },
  { email: 'alan@edgeway.example', displayName: 'Alan Turing', role: 'user' },
] as const;

/** Makes the demo users, or gives them the current password. Replicas may do so at the same time. */
export async function seedDemoUsers(
  { users, passwords }: { users: UserStore; passwords: Passwords },
  password: string,
): Promise<void> {
  await Promise.all(
    demoUsers.map(async (demo) => {
      const known = await users.byEmail(demo.email);
      if (known !== undefined && (await passwords.verify(known.passwordHash, password))) return;
      const passwordHash = await passwords.hash(password);
      if (known === undefined) await users.insert({ ...demo, passwordHash });
      else await users.setPasswordHash(known.id, passwordHash);
    }),
  );
}

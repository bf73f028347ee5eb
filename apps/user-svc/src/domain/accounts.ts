import type { LoginRequest, Page, RegisterRequest, User } from '@edgeway/contracts';
import { CodedError } from '@edgeway/errors';
import type { Passwords } from './passwords.ts';

export type Role = 'user' | 'admin';

export interface StoredUser extends User {
  readonly role: Role;
  readonly passwordHash: string;
}

export interface NewUser {
  readonly email: string;
  readonly displayName: string;
  readonly passwordHash: string;
  readonly role: Role;
}

export interface UserStore {
  /** `undefined` when the address is taken: the unique index decides, so that two at once cannot both win. */
  insert(user: NewUser): Promise<User | undefined>;
  byEmail(email: string): Promise<StoredUser | undefined>;
  byId(id: string): Promise<StoredUser | undefined>;
  rename(id: string, displayName: string): Promise<User | undefined>;
  setPasswordHash(id: string, passwordHash: string): Promise<void>;
  /** Oldest first. */
  list(limit: number, cursor: string | undefined): Promise<Page<User>>;
}

export interface Accounts {
  /** @throws CodedError EMAIL_TAKEN */
  register(request: RegisterRequest): Promise<User>;
  /** @throws CodedError CREDENTIALS_INVALID, the same for an unknown address and a wrong password. */
  authenticate(request: LoginRequest): Promise<StoredUser>;
  /** @throws CodedError USER_NOT_FOUND */
  get(id: string): Promise<User>;
  /** @throws CodedError USER_NOT_FOUND */
  rename(id: string, displayName: string): Promise<User>;
  list(limit: number, cursor: string | undefined): Promise<Page<User>>;
}

export function createAccounts({
  users,
  passwords,
}: {
  readonly users: UserStore;
  readonly passwords: Passwords;
}): Accounts {
  return {
    async register({ email, password, displayName }) {
      const passwordHash = await passwords.hash(password);
      const user = await users.insert({ email, displayName, passwordHash, role: 'user' });
      if (user === undefined) throw new CodedError('EMAIL_TAKEN');
      return user;
    },
    async authenticate({ email, password }) {
      const user = await users.byEmail(email);
      const matches = await passwords.verify(user?.passwordHash, password);
      if (user === undefined || !matches) throw new CodedError('CREDENTIALS_INVALID');
      return user;
    },
    get: async (id) => publicPart(await users.byId(id)),
    rename: async (id, displayName) => publicPart(await users.rename(id, displayName)),
    list: (limit, cursor) => users.list(limit, cursor),
  };
}

function publicPart(user: User | undefined): User {
  if (user === undefined) throw new CodedError('USER_NOT_FOUND');
  return { id: user.id, email: user.email, displayName: user.displayName };
}

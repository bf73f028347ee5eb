import type { ColumnType, Generated } from 'kysely';
import type { Role } from '../domain/accounts.ts';

/** The tables of the database `users`; the migrations make them. */
export interface Schema {
  users: UsersTable;
  sessions: SessionsTable;
  refresh_tokens: RefreshTokensTable;
}

/** Set by the database, never by us. */
type CreatedAt = ColumnType<Date, never, never>;

interface UsersTable {
  id: Generated<string>;
  email: string;
  display_name: string;
  password_hash: string;
  role: Role;
  created_at: CreatedAt;
}

/** One login. All tokens of a login end with it. */
interface SessionsTable {
  id: Generated<string>;
  user_id: string;
  expires_at: Date;
  revoked_at: Date | null;
  created_at: CreatedAt;
}

/** Every refresh token a session was ever given, by hash: a used one that returns is a stolen one. */
interface RefreshTokensTable {
  hash: Buffer;
  session_id: string;
  used_at: Date | null;
  created_at: CreatedAt;
}

import type { Client } from 'pg';

/** A database that one service owns, and the role it logs in as. */
export interface ServiceDatabase {
  readonly database: string;
  readonly role: string;
  readonly password: string;
}

/** Any number: it only has to be the same in all runs of this program. */
const lockKey = 0x65646765;

/** Enough to own one database, and nothing beside it. */
const roleAttributes = 'LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';

/**
 * Text sorts and folds alike on every machine and after every upgrade: by PostgreSQL's own tables (17
 * and later), not by those of whatever C library the server happens to run on.
 */
const textRules = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'";

/**
 * Brings roles, passwords, databases and grants to what is asked; what is so already stays. Only the
 * owner of a database may connect to it. Runs at the same time wait for each other: ALTER ROLE fails
 * when it meets another.
 */
export async function createDatabases(superuser: Client, wanted: readonly ServiceDatabase[]): Promise<void> {
  await superuser.query('SELECT pg_advisory_lock($1)', [lockKey]);
  try {
    for (const database of ['postgres', 'template1', ...wanted.map((one) => one.database)]) {
      if (await exists(superuser, 'pg_database', 'datname', database)) await closeToPublic(superuser, database);
    }
    for (const one of wanted) await createDatabase(superuser, one);
  } finally {
    await superuser.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}

async function createDatabase(superuser: Client, { database, role, password }: ServiceDatabase): Promise<void> {
  const [roleName, databaseName] = [superuser.escapeIdentifier(role), superuser.escapeIdentifier(database)];
  if (!(await exists(superuser, 'pg_roles', 'rolname', role))) await superuser.query(`CREATE ROLE ${roleName}`);
  const login = `PASSWORD ${superuser.escapeLiteral(password)}`;
  await superuser.query(`ALTER ROLE ${roleName} ${roleAttributes} ${login}`);
  if (!(await exists(superuser, 'pg_database', 'datname', database))) {
    await superuser.query(`CREATE DATABASE ${databaseName} OWNER ${roleName} ${textRules}`);
  }
  await superuser.query(`ALTER DATABASE ${databaseName} OWNER TO ${roleName}`);
  await closeToPublic(superuser, database);
}

async function closeToPublic(superuser: Client, database: string): Promise<void> {
  await superuser.query(`REVOKE ALL ON DATABASE ${superuser.escapeIdentifier(database)} FROM PUBLIC`);
}

async function exists(superuser: Client, catalogue: string, column: string, name: string): Promise<boolean> {
  const { rowCount } = await superuser.query(`SELECT FROM ${catalogue} WHERE ${column} = $1`, [name]);
  return rowCount !== 0;
}

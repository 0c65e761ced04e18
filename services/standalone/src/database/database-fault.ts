import { CannotStart, codeOf, reasonOf } from '../cannot-start.ts';

const ADVICE: Readonly<Record<string, string>> = {
  '28P01': 'refuses the user or the password; mend them in DATABASE_URL',
  '28000': 'refuses this user; mend DATABASE_URL, or allow the user in pg_hba.conf',
  '3D000': 'does not have that database; create it, or mend DATABASE_URL',
  '42501':
    'does not let this user set it up; let the user own the database and create roles (ALTER ROLE … CREATEROLE)',
  '53300': 'has no connection left; raise its max_connections, or close other clients',
  '57P03': 'is just starting or stopping; try again in a moment',
};

const UNREACHABLE = /^(E[A-Z_]+|CONNECT_TIMEOUT|CONNECTION_[A-Z]+)$/;

/** Why a configured database is of no use, without its password; anything else stays what it is. */
export function databaseFault(url: string, error: unknown): unknown {
  const { host, pathname } = new URL(url);
  const server = `The database server ${host} of DATABASE_URL (database "${pathname.slice(1)}")`;
  const code = codeOf(error);
  const advice = ADVICE[code];
  if (advice !== undefined) return new CannotStart(`${server} ${advice}.`);
  if (!UNREACHABLE.test(code)) return error;
  return new CannotStart(
    `${server} cannot be reached (${reasonOf(error)}); start it, mend DATABASE_URL, or unset it to use the embedded one.`,
  );
}

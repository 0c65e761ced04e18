import type { Database } from '../database/connect.ts';

export interface SessionStart {
  /** Keyed hash of the cookie, 32 bytes. */
  hash: Buffer;
  /** Bare id. */
  user: string;
  issuer: string;
  /** The rule of the settings that makes this person an operator. */
  operatorBy: string | null;
  /** Encrypted. */
  idToken: Buffer | null;
  lifeSeconds: number;
  /** The hash of the session that the browser had before; it ends. */
  replaces: Buffer | null;
}

/** Begins a session and answers when it ends at the latest; `null` when the person is gone. */
export async function beginSession(db: Database, start: SessionStart): Promise<Date | null> {
  const { hash, user, issuer, operatorBy, idToken, lifeSeconds, replaces } = start;
  const [row] = await db<[{ expiresAt: Date | null }]>`
    select bursar.begin_session(${hash}, ${user}, ${issuer}, ${operatorBy}, ${idToken},
      make_interval(secs => ${lifeSeconds}::integer), ${replaces}) as "expiresAt"`;
  return row.expiresAt;
}

export interface SessionView {
  /** Bare id. */
  user: string;
  operatorBy: string | null;
  expiresAt: Date;
}

/** Whose session this is, and notes that it was used; `null` when there is none any more. */
export async function findSession(
  db: Database,
  session: { hash: Buffer; issuer: string; idleSeconds: number },
): Promise<SessionView | null> {
  const { hash, issuer, idleSeconds } = session;
  const [row] = await db<[{ user: string | null; operatorBy: string | null; expiresAt: Date }]>`
    select s.person as user, s.operator_by as "operatorBy", s.expires_at as "expiresAt"
    from bursar.use_session(${hash}, ${issuer}, make_interval(secs => ${idleSeconds}::integer)) s`;
  return row.user === null ? null : { ...row, user: row.user };
}

/** Ends a session. Its encrypted ID token comes back, for the provider ends its own by it. */
export async function endSession(
  db: Database,
  hash: Buffer,
): Promise<{ ended: boolean; idToken: Buffer | null }> {
  const [row] = await db<[{ ended: boolean; idToken: Buffer | null }]>`
    select s.ended, s.id_token as "idToken" from bursar.end_session(${hash}) s`;
  return row;
}

/** Ends all sessions of a person (bare id), and answers how many that were. */
export async function endSessionsOf(db: Database, user: string): Promise<number> {
  const [row] = await db<[{ count: number }]>`select bursar.end_sessions_of(${user}) as count`;
  return row.count;
}

/** Deletes up to `limit` sessions that are over, and answers how many. */
export async function forgetSessions(db: Database, limit: number): Promise<number> {
  const [row] = await db<[{ count: number }]>`
    select bursar.forget_sessions(${limit}::integer) as count`;
  return row.count;
}

import { LocalId } from '@bursar/contracts';
import { readUser, type Database } from '@bursar/ledger/reads';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import type { Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import type { FailedAttempts } from '../limits/failed-attempts.ts';
import type { SessionRequest } from '../sign-in/session-caller.ts';
import { looksLikeToken, type TokenDoor } from '../sign-in/token-door.ts';

/** What the caller's credentials are looked up in. */
export interface Doors {
  db: Database;
  keys: KeyRing;
  /** Null where nobody can sign in. */
  sessions: {
    admit: (request: SessionRequest) => Promise<Caller | Problem>;
    /** Whether the cookie was good a moment ago, as far as that can be told without a query. */
    remembers: (cookie: string) => boolean;
  } | null;
  /** Null where no JWTs are accepted. */
  tokens: TokenDoor | null;
}

export interface Credentials {
  /** Wins over a session, also when it is no good. */
  authorization: string | undefined;
  /** Of the cookie, with everything that tells whether a page of ours sent it. */
  session: SessionRequest | undefined;
  /** The Bursar-Role header. */
  role: string | undefined;
  /** The Bursar-Act-As header. */
  actAs: string | undefined;
  /** Where the request comes from. */
  address: string;
}

/** Longer than any key of ours and than any a person would choose. */
const KEY_MAX_LENGTH = 512;

/**
 * As `authenticate`, for an address from which only so many requests with a wrong key may come.
 * Beyond that, random keys, sessions and tokens that were good lately still pass, so that a neighbour's
 * mistakes stop nobody; a key that somebody chose does not, because it could be guessed. Requests
 * without any credentials guess nothing: somebody who is signed out only looks.
 */
export async function authenticateGuarded(
  doors: Doors,
  attempts: FailedAttempts,
  credentials: Credentials,
): Promise<Caller | Problem> {
  if (credentials.authorization === undefined && credentials.session === undefined) {
    return authenticate(doors, credentials);
  }
  const refusal = attempts.refusal(credentials.address);
  if (refusal !== null && !isRemembered(doors, credentials)) return refusal;
  const caller = await authenticate(doors, credentials);
  if (isProblem(caller) && caller.code === 'unauthenticated') attempts.note(credentials.address);
  return caller;
}

const bearerOf = ({ authorization = '' }: Credentials): string | undefined =>
  /^Bearer +([^\s]+)$/i.exec(authorization)?.[1];

function isRemembered({ keys, sessions, tokens }: Doors, credentials: Credentials): boolean {
  const { authorization, session } = credentials;
  if (authorization !== undefined) {
    const bearer = bearerOf(credentials) ?? '';
    return keys.remembers(bearer) || tokens?.remembers(bearer) === true;
  }
  return session !== undefined && sessions?.remembers(session.cookie) === true;
}

/** Tells who is calling, or refuses: 401 without valid credentials, 403 for a header that is not theirs. */
async function authenticate(doors: Doors, credentials: Credentials): Promise<Caller | Problem> {
  const { authorization, session, role } = credentials;
  if (authorization === undefined && session !== undefined && doors.sessions !== null) {
    return doors.sessions.admit(session);
  }
  const caller = await authenticateBearer(doors, credentials);
  if (role === undefined || isProblem(caller)) return caller;
  return problem(
    'forbidden',
    'Only operators who are signed in send Bursar-Role; nothing was changed. Leave the header out.',
  );
}

async function authenticateBearer(
  doors: Doors,
  credentials: Credentials,
): Promise<Caller | Problem> {
  const bearer = bearerOf(credentials);
  if (doors.tokens === null || bearer === undefined || !looksLikeToken(bearer)) {
    return authenticateKey(doors, credentials);
  }
  if (credentials.actAs === undefined) return doors.tokens.admit(bearer);
  return problem('forbidden', 'A token may not send Bursar-Act-As. Leave the header out.');
}

async function authenticateKey(
  { db, keys }: Doors,
  credentials: Credentials,
): Promise<Caller | Problem> {
  const key = bearerOf(credentials);
  if (key === undefined || key.length > KEY_MAX_LENGTH) {
    return unauthenticated(
      'Send "Authorization: Bearer <key>" with an API key, or sign in to the console.',
      'Bearer',
    );
  }
  const holder = await keys.find(key);
  if (holder === null) {
    return unauthenticated(
      'This API key is unknown or revoked. Ask an operator for a new one.',
      'Bearer error="invalid_token"',
    );
  }
  if (credentials.actAs === undefined) return holder;
  if (holder.kind !== 'operator') {
    return problem(
      'forbidden',
      'Only an operator key may send Bursar-Act-As. Leave the header out.',
    );
  }
  const person = await actingAs(db, holder.key, credentials.actAs);
  return isProblem(person)
    ? person
    : { ...person, ...(holder.limits && { limits: holder.limits }) };
}

async function actingAs(db: Database, key: string, header: string): Promise<Caller | Problem> {
  const id = header.startsWith('user:') ? header.slice('user:'.length) : '';
  if (!LocalId.safeParse(id).success) {
    return problem('invalid_request', 'Bursar-Act-As must look like "user:<id>".', {
      errors: [{ parameter: 'Bursar-Act-As', message: 'must look like "user:<id>"' }],
    });
  }
  if ((await readUser(db, id)) !== null) return { kind: 'person', id, key };
  return problem(
    'forbidden',
    `There is no user:${id} to act as. Create it with PUT /v1/users/${id} first.`,
  );
}

const unauthenticated = (detail: string, challenge: string): Problem =>
  problem('unauthenticated', detail, { headers: { 'WWW-Authenticate': challenge } });

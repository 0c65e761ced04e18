import { createHmac, randomBytes, type KeyObject } from 'node:crypto';
import {
  beginSession,
  endSession,
  findSession,
  type Database,
  type SessionView,
} from '@bursar/ledger/reads';
import { seal, unseal } from './seal.ts';
import type { SignInSettings } from './sign-in-settings.ts';

export interface Sessions {
  /** Begins one in place of that of `before`; the value of its cookie, or `null` when the person is gone. */
  begin: (start: SessionBeginning) => Promise<string | null>;
  /** Whose session a cookie is; `null` when it is none, or none any more. */
  find: (cookie: string) => Promise<SessionView | null>;
  /** Whether the cookie was good a moment ago, as far as that can be told without a query. */
  remembers: (cookie: string) => boolean;
  /** Ends one and answers with its ID token, where it is known. */
  end: (cookie: string) => Promise<string | null>;
}

export interface SessionBeginning {
  /** Bare id. */
  user: string;
  operatorBy: string | null;
  idToken: string | undefined;
  before: string | undefined;
}

export interface SessionKeys {
  /** Keys the hash under which a session is stored. */
  hash: KeyObject;
  /** Encrypts what is kept with it. */
  idToken: KeyObject;
  /** Encrypts what a browser keeps while somebody is at the provider. */
  pending: KeyObject;
}

/** 32 random bytes as base64url. */
const COOKIE = /^[A-Za-z0-9_-]{43}$/;
const REMEMBERED_MS = 5 * 60_000;
const REMEMBERED_MAX = 10_000;
/** Larger ones do not fit into an address; the provider asks such people itself whether they want to leave. */
const ID_TOKEN_MAX = 4_096;

/** Sessions in the database, known by the keyed hash of a random cookie. */
export function createSessions(
  db: Database,
  keys: SessionKeys,
  { issuer, sessionSeconds, idleSeconds }: SignInSettings,
): Sessions {
  const lately = new Map<string, number>();
  const hashOf = (cookie: string): Buffer =>
    createHmac('sha256', keys.hash).update(cookie).digest();

  function remember(name: string): void {
    if (lately.size >= REMEMBERED_MAX) lately.clear();
    lately.set(name, performance.now() + REMEMBERED_MS);
  }

  return {
    async begin({ user, operatorBy, idToken, before }) {
      const cookie = randomBytes(32).toString('base64url');
      const kept = idToken !== undefined && idToken.length <= ID_TOKEN_MAX ? idToken : undefined;
      const expiresAt = await beginSession(db, {
        hash: hashOf(cookie),
        user,
        issuer,
        operatorBy,
        idToken: kept === undefined ? null : seal(keys.idToken, kept),
        lifeSeconds: sessionSeconds,
        replaces: before !== undefined && COOKIE.test(before) ? hashOf(before) : null,
      });
      return expiresAt === null ? null : cookie;
    },
    async find(cookie) {
      if (!COOKIE.test(cookie)) return null;
      const hash = hashOf(cookie);
      const name = hash.toString('base64url');
      const session = await findSession(db, { hash, issuer, idleSeconds });
      if (session === null) lately.delete(name);
      else remember(name);
      return session;
    },
    remembers(cookie) {
      const until = lately.get(hashOf(cookie).toString('base64url'));
      return until !== undefined && until > performance.now();
    },
    async end(cookie) {
      if (!COOKIE.test(cookie)) return null;
      const hash = hashOf(cookie);
      lately.delete(hash.toString('base64url'));
      const { idToken } = await endSession(db, hash);
      return idToken === null ? null : unseal(keys.idToken, idToken);
    },
  };
}

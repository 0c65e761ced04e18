import type { KeyObject } from 'node:crypto';
import type { Database } from '@bursar/ledger/reads';
import { cookieJar, type CookieJar } from './cookies.ts';
import { createProvider, type Provider } from './provider.ts';
import { createSessions, type SessionKeys, type Sessions } from './sessions.ts';
import type { SignInSettings } from './sign-in-settings.ts';

/** What signing in, and everything that comes with a session, is made from. */
export interface SignInDoor {
  provider: Provider;
  sessions: Sessions;
  jar: CookieJar;
  /** Encrypts what a browser keeps while somebody is at the provider. */
  pendingKey: KeyObject;
}

/** Asks nobody anything yet. */
export const createSignInDoor = (
  db: Database,
  keys: SessionKeys,
  settings: SignInSettings,
  publicUrl: string,
): SignInDoor => ({
  provider: createProvider(settings),
  sessions: createSessions(db, keys, settings),
  jar: cookieJar(publicUrl),
  pendingKey: keys.pending,
});

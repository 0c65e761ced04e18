import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { readCookies, type CookieJar } from './cookies.ts';
import { seal, unseal } from './seal.ts';

/** What is remembered while somebody is at the provider. */
export interface PendingSignIn {
  state: string;
  nonce: string;
  /** PKCE's secret. */
  verifier: string;
  returnTo: string;
}

const Kept = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  until: z.number(),
});

const LIFE_SECONDS = 15 * 60;
/** Several tabs may sign in at once; whoever begins again and again leaves no more than this many cookies. */
const PENDING_MAX = 5;

/** The cookie of one sign-in is named by the beginning of its state. */
const nameOf = (jar: CookieJar, state: string): string => jar.signIn + state.slice(0, 16);

/**
 * `Set-Cookie` lines that keep a sign-in with the browser that began it, encrypted: an answer of the
 * provider counts in that browser only, and beginning costs us no memory.
 */
export function keepPending(
  jar: CookieJar,
  key: KeyObject,
  pending: PendingSignIn,
  cookieHeader: string | undefined,
): string[] {
  const others = [...readCookies(cookieHeader).keys()].filter((name) =>
    name.startsWith(jar.signIn),
  );
  const tooMany = others.length >= PENDING_MAX ? others : [];
  const until = Date.now() + LIFE_SECONDS * 1_000;
  const value = seal(key, JSON.stringify({ ...pending, until })).toString('base64url');
  return [
    ...tooMany.map((name) => jar.clear(name)),
    jar.set(nameOf(jar, pending.state), value, LIFE_SECONDS),
  ];
}

/** The sign-in that an answer with this state belongs to, and the line that ends its cookie; `null` when this browser began none. */
export function takePending(
  jar: CookieJar,
  key: KeyObject,
  state: string,
  cookieHeader: string | undefined,
): { pending: PendingSignIn; clear: string } | null {
  const name = nameOf(jar, state);
  const value = readCookies(cookieHeader).get(name);
  const text = value === undefined ? null : unseal(key, Buffer.from(value, 'base64url'));
  if (text === null) return null;
  const kept = Kept.safeParse(JSON.parse(text));
  if (!kept.success || kept.data.state !== state || kept.data.until < Date.now()) return null;
  return { pending: kept.data, clear: jar.clear(name) };
}

import { hash } from 'node:crypto';
import { findIdentity, readUser, signIn, type Database } from '@bursar/ledger/reads';
import { createRemoteJWKSet, errors, jwtVerify, type JWTPayload, type RemoteJWKSet } from 'jose';
import type { Caller } from '../access/caller.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { ProviderUnavailable, SIGNATURES, type Provider } from './provider.ts';
import { readClaims } from './read-claims.ts';

/** Names the key space of what people do with tokens, whichever of theirs it is. */
const TOKEN_KEY = 'token';
const CLOCK_SKEW_SECONDS = 60;
const TOKEN_MAX_LENGTH = 8_192;
const KEYS_LIMIT_MS = 5_000;
/** A token with an unknown key makes us ask for new keys, but not more often than this. */
const KEYS_ASKED_EVERY_MS = 30_000;
const KEYS_KEPT_MS = 10 * 60_000;

/** Whether a text has the shape of a JWT, which no key of ours has. */
export const looksLikeToken = (text: string): boolean =>
  text.length <= TOKEN_MAX_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);

export interface TokenDoor {
  admit: (token: string) => Promise<Caller | Problem>;
  /** Whether the token was good a moment ago, as far as that can be told without work. */
  remembers: (token: string) => boolean;
}

const REMEMBERED_MS = 5 * 60_000;
const REMEMBERED_MAX = 10_000;

/**
 * Tells who a JWT of the provider speaks for: its signature, issuer, audience and times must be
 * right. Throws ProviderUnavailable when its keys cannot be had.
 */
export function createTokenDoor(db: Database, provider: Provider, audience: string): TokenDoor {
  /** Hashes of tokens, and until when they are remembered. */
  const lately = new Map<string, number>();
  let keys: { address: string; set: RemoteJWKSet } | undefined;

  function keysAt(address: string): RemoteJWKSet {
    if (keys?.address !== address) {
      const set = createRemoteJWKSet(new URL(address), {
        timeoutDuration: KEYS_LIMIT_MS,
        cooldownDuration: KEYS_ASKED_EVERY_MS,
        cacheMaxAge: KEYS_KEPT_MS,
      });
      keys = { address, set };
    }
    return keys.set;
  }

  async function verify(token: string): Promise<JWTPayload | null> {
    const { issuer, jwks_uri: address } = (await provider.configuration()).serverMetadata();
    if (address === undefined) throw new ProviderUnavailable('It names no keys.');
    try {
      const { payload } = await jwtVerify(token, keysAt(address), {
        issuer,
        audience,
        algorithms: SIGNATURES,
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['sub', 'exp'],
      });
      return payload;
    } catch (error) {
      if (isOutage(error)) throw new ProviderUnavailable(error);
      return null;
    }
  }

  function remember(token: string): void {
    if (lately.size >= REMEMBERED_MAX) lately.clear();
    lately.set(rememberedAs(token), performance.now() + REMEMBERED_MS);
  }

  async function admit(token: string): Promise<Caller | Problem> {
    const payload = await verify(token);
    if (payload?.sub === undefined || payload.iss === undefined || payload.exp === undefined) {
      return problem(
        'unauthenticated',
        'This token is not valid here, or not any more. Get a new one for this API from your provider.',
        { headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } },
      );
    }
    const id = await personOf(db, provider, { ...payload, iss: payload.iss, sub: payload.sub });
    if (typeof id !== 'string') return id;
    const signedIn = { operator: false, expiresAt: new Date(payload.exp * 1_000) };
    remember(token);
    return { kind: 'person', id, key: TOKEN_KEY, signedIn };
  }

  return {
    admit,
    remembers: (token) => (lately.get(rememberedAs(token)) ?? 0) > performance.now(),
  };
}

/** Keeps the tokens themselves out of memory. */
const rememberedAs = (token: string): string => hash('sha256', token, 'base64url');

/** Somebody new needs an address that the provider has verified: without it, they could be anybody of the directory. */
async function personOf(
  db: Database,
  { settings }: Provider,
  payload: JWTPayload & { iss: string; sub: string },
): Promise<string | Problem> {
  const { iss: issuer, sub: subject } = payload;
  const known = await findIdentity(db, { issuer, subject });
  if (known !== null && (await readUser(db, known)) !== null) return known;
  const person = readClaims(payload, settings.verifiedClaim);
  if (person.email === null) {
    return problem(
      'forbidden',
      'Nobody with this token has been here yet, and it holds no verified address. Sign in to the console once; then the token works.',
    );
  }
  const outcome = await signIn(db, { issuer, subject, ...person });
  if (outcome.ok) return outcome.user;
  return problem(
    'forbidden',
    'Somebody else here has the address of this token. Sign in to the console to see what to do.',
  );
}

/** What is wrong with the keys' server, as far as it is not the token's fault. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === 'ERR_JOSE_GENERIC';

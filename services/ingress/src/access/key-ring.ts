import { hash, timingSafeEqual, type KeyObject } from 'node:crypto';
import { SCOPES, toPublicId, type Scope } from '@bursar/contracts';
import { findApiKey, touchApiKeys, type ApiKeyView, type Database } from '@bursar/ledger/reads';
import { ownLimits } from '../limits/own-limits.ts';
import { hashApiKey, looksLikeApiKey } from './api-key.ts';
import type { Caller } from './caller.ts';

/** A revoked key stays usable on each replica for this long at most. */
const REMEMBERED_MS = 5_000;
const REMEMBERED_MAX = 10_000;

/** The caller id of the operator key that comes from the settings. */
const SETTINGS_OPERATOR = 'key_operator';

type KeyHolder = Exclude<Caller, { kind: 'person' }>;

export interface KeyRing {
  /** Who holds this key; `null` for nobody. Throws when the database cannot be asked. */
  find: (key: string) => Promise<KeyHolder | null>;
  /** Whether this key was found lately, as far as that can be told without a query. */
  remembers: (key: string) => boolean;
  /** Forgets every remembered key, so that a change made here counts here at once. */
  forget: () => void;
  /** Writes down which keys were used since the last call. Rejects when the database cannot be asked. */
  noteUse: () => Promise<void>;
}

/** Looks keys up by their keyed hash; remembers only those that exist, and briefly. */
export function createKeyRing(
  db: Database,
  pepper: KeyObject,
  operatorKey: string | undefined,
): KeyRing {
  /** Looked up since the last note; a key in use is looked up again every few seconds. */
  const used = new Set<string>();
  const remembered = new Map<string, { holder: KeyHolder; until: number }>();
  const operatorHash = operatorKey === undefined ? null : hashApiKey(pepper, operatorKey);

  async function find(key: string): Promise<KeyHolder | null> {
    const name = rememberedAs(key);
    const known = remembered.get(name);
    if (known !== undefined && known.until > performance.now()) return known.holder;
    remembered.delete(name);
    const holder = await lookUp(key);
    if (holder === null) return null;
    if (remembered.size >= REMEMBERED_MAX) remembered.clear();
    remembered.set(name, { holder, until: performance.now() + REMEMBERED_MS });
    return holder;
  }

  async function lookUp(key: string): Promise<KeyHolder | null> {
    const keyed = hashApiKey(pepper, key);
    if (operatorHash !== null && timingSafeEqual(keyed, operatorHash)) {
      return { kind: 'operator', key: SETTINGS_OPERATOR };
    }
    if (!looksLikeApiKey(key)) return null;
    const row = await findApiKey(db, keyed);
    if (row === null || row.revoked) return null;
    used.add(row.id);
    return holderOf(row);
  }
  return {
    find,
    remembers: (key) => remembered.has(rememberedAs(key)),
    forget: () => remembered.clear(),
    async noteUse() {
      const ids = [...used];
      used.clear();
      if (ids.length > 0) await touchApiKeys(db, ids);
    },
  };
}

/** Keeps the keys themselves out of memory, for a fifth of what a keyed hash takes. */
const rememberedAs = (key: string): string => hash('sha256', key, 'base64url');

function holderOf(row: ApiKeyView): KeyHolder {
  const key = toPublicId('key', row.id);
  const limits = ownLimits(row.rateLimit);
  if (row.operator) return { kind: 'operator', key, limits };
  const { organization, reachesMembers: members } = row;
  return {
    kind: 'product',
    key,
    scopes: row.scopes.filter(isScope),
    limits,
    ...(organization !== null && { bound: { organization, members } }),
  };
}

const isScope = (text: string): text is Scope => (SCOPES as readonly string[]).includes(text);

import { toPublicId, type OrganizationRole } from '@bursar/contracts';

/** Who takes part in a scenario. Names are prefixed, so that scenarios share a database. */
export interface Cast {
  /** Owners of wallets, in the order in which the wallets are made; the last one has none. */
  owners: string[];
  users: string[];
  pools: string[];
  members: { pool: string; user: string; role: OrganizationRole }[];
  /** Ids of budgets. */
  budgets: string[];
  /** An API key that budgets may be about: its UUID, and how callers are named by it. */
  key: { id: string; caller: string };
}

/** How many wallets a cast has. */
export const CAST_SIZE = 6;

/** Wallets of the two kinds alternate, so that lock order and burn order meet both. */
export function castOf(prefix: string): Cast {
  const user = (name: string) => `user:${prefix}-${name}`;
  const pool = (name: string) => `org:${prefix}-${name}`;
  const [ana, ben, cleo, dan] = [user('ana'), user('ben'), user('cleo'), user('dan')];
  const [acme, bolt] = [pool('acme'), pool('bolt')];
  const key = `${prefix}-0000-4000-8000-ffffffffffff`;
  return {
    owners: [ana, acme, ben, bolt, cleo, dan, user('ghost')],
    users: [ana, ben, cleo, dan],
    pools: [acme, bolt],
    members: [
      { pool: acme, user: ana, role: 'owner' },
      { pool: acme, user: ben, role: 'admin' },
      { pool: acme, user: cleo, role: 'member' },
      { pool: bolt, user: ben, role: 'owner' },
      { pool: bolt, user: cleo, role: 'member' },
    ],
    budgets: ['a', 'b', 'c', 'd'].map((name) => `${prefix}-${name}`),
    key: { id: key, caller: toPublicId('key', key) },
  };
}

export const bareId = (owner: string): string => owner.slice(owner.indexOf(':') + 1);

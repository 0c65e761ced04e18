import { randomUUID } from 'node:crypto';
import { MICRO_PER_CREDIT, type LedgerCommand } from '@bursar/contracts';
import { applyCommand, type Database } from '@bursar/ledger/operations';

export const USERS = ['ana', 'ben', 'cy', 'dee', 'eli'] as const;
export const ORGANIZATIONS = ['acme', 'beta'] as const;

/** An operation's head with a key of its own. */
export const newHead = () => ({
  key: randomUUID(),
  hash: randomUUID(),
  caller: 'key_test',
  actor: 'user:tester',
  accepted_at: new Date().toISOString(),
});

/** Numbers that look random and are the same for the same seed (mulberry32). */
export function seeded(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    below,
    chance: (share: number): boolean => next() < share,
    pick: <Item>(items: readonly Item[]): Item => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    },
    /** Micro-credits below `whole` credits, as they travel in commands. */
    amount: (whole: number): string =>
      (BigInt(below(whole * 100)) * (MICRO_PER_CREDIT / 100n) + 1n + BigInt(below(3))).toString(),
  };
}
export type Random = ReturnType<typeof seeded>;

export interface Pools {
  worker: Database;
  ingress: Database;
  db: Database;
}

export const anyUser = (random: Random) => `user:${random.pick(USERS)}`;
export const anyOrganization = (random: Random) => `org:${random.pick(ORGANIZATIONS)}`;
export const command = ({ worker }: Pools, what: LedgerCommand, graceDays = 7) =>
  applyCommand(worker, newHead(), what, { graceDays });

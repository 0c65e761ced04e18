import { randomUUID } from 'node:crypto';
import type { LedgerCommandOf } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { grantOf, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

type Line = [string, (world: World) => Promise<string>, string];

const commandOf = (
  w: World,
  terms: Partial<LedgerCommandOf<'transfer'>> = {},
): LedgerCommandOf<'transfer'> => ({
  type: 'transfer',
  from: w.acme,
  to: w.ben,
  amount: micro(10),
  unrestricted: false,
  ...terms,
});
const transfer = (w: World, terms: Partial<LedgerCommandOf<'transfer'>> = {}) =>
  w.outcome(commandOf(w, terms));

test.each<Line>([
  ['to a member', (w) => transfer(w), 'applied'],
  ['of everything', (w) => transfer(w, { amount: micro(100) }), 'applied'],
  ['back from a member', (w) => transfer(w, { from: w.ana, to: w.acme }), 'applied'],
  ['of a kind that is there', (w) => transfer(w, { kind: 'promotional' }), 'applied'],
  [
    'of a kind that is not there',
    (w) => transfer(w, { kind: 'purchased' }),
    'rejected: lot_kind_unavailable',
  ],
  ['of too much', (w) => transfer(w, { amount: '100000001' }), 'rejected: insufficient_credits'],
  [
    'of too much, whatever the kind',
    (w) => transfer(w, { amount: '100000001', kind: 'purchased' }),
    'rejected: insufficient_credits',
  ],
  [
    'of credits that are held',
    async (w) => {
      await w.hold(w.acme, 95);
      return transfer(w);
    },
    'rejected: insufficient_credits',
  ],
  [
    'to a wallet that is full',
    async (w) => {
      for (let times = 0; times < 4; times += 1) {
        await w.outcome(grantOf(w.ben, '999999999999999999'));
      }
      return transfer(w);
    },
    'rejected: balance_limit_reached',
  ],
  ['to a stranger', (w) => transfer(w, { to: w.zoe }), 'rejected: not_a_member'],
  [
    'to a stranger, by an operator',
    (w) => transfer(w, { to: w.zoe, unrestricted: true }),
    'applied',
  ],
  ['to somebody who was removed', (w) => transfer(w, { to: w.eve }), 'rejected: not_a_member'],
  [
    'to somebody who was removed, by an operator',
    (w) => transfer(w, { to: w.eve, unrestricted: true }),
    'rejected: not_a_member',
  ],
  ['to a suspended member', (w) => transfer(w, { to: w.dan }), 'rejected: member_suspended'],
  ['between people', (w) => transfer(w, { from: w.ana }), 'rejected: forbidden'],
  [
    'between people, by an operator',
    (w) => transfer(w, { from: w.ana, unrestricted: true }),
    'applied',
  ],
  ['between organizations', (w) => transfer(w, { to: w.bolt }), 'rejected: forbidden'],
  [
    'between organizations, by an operator',
    (w) => transfer(w, { to: w.bolt, unrestricted: true }),
    'applied',
  ],
  [
    'from a wallet to itself',
    (w) => transfer(w, { to: w.acme, unrestricted: true }),
    'rejected: invalid_request',
  ],
  [
    'from a wallet that does not exist',
    (w) => transfer(w, { from: 'org:nowhere' }),
    'rejected: wallet_not_found',
  ],
  [
    'to a wallet that does not exist',
    (w) => transfer(w, { to: 'user:nobody' }),
    'rejected: wallet_not_found',
  ],
  [
    'asked for again',
    async (w) => {
      const head = newHead();
      await w.outcome(commandOf(w), head);
      return w.outcome(commandOf(w), head);
    },
    'replayed',
  ],
  [
    'under a key that asked for another',
    async (w) => {
      const head = newHead();
      await w.outcome(commandOf(w), head);
      return w.outcome(commandOf(w, { amount: '1' }), { ...head, hash: randomUUID() });
    },
    'conflict',
  ],
])('transfer: %s', async (_, act, outcome) => {
  expect(await act(await worlds.newWorld())).toBe(outcome);
});

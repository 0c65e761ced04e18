import { randomUUID } from 'node:crypto';
import type { LedgerCommand } from '@bursar/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from '../src/operation/apply-command.ts';
import {
  attachCheckout,
  closePurchase,
  databaseClock,
  fulfilPurchase,
  inTransaction,
  openPurchase,
  takeBackPurchase,
} from '../src/operations.ts';
import {
  putMember,
  putOrganization,
  putRule,
  readOrganization,
  readOrganizationDeletion,
  reinstateMember,
} from '../src/reads.ts';
import { bare, codeOf, openWorlds, type World } from './outcome-world.ts';
import { micro, newHead } from './reads-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** A world whose suspended member is back, so that nothing is in the way. */
async function settledWorld(): Promise<World> {
  const w = await worlds.newWorld();
  await reinstateMember(worlds.database.db, {
    organization: bare(w.acme),
    user: bare(w.dan),
  });
  return w;
}

const deletionOf = (w: World, forfeit?: string) =>
  ({
    type: 'organization_deletion',
    organization: w.acme,
    confirm: bare(w.acme),
    ...(forfeit !== undefined && { forfeit }),
  }) as const;

const preview = async (w: World) => {
  const view = await readOrganizationDeletion(
    worlds.database.connect('bursar_ingress'),
    bare(w.acme),
  );
  if (view === null) throw new Error('There is no such organization.');
  return view;
};

test('gives up exactly what is left, lets members keep theirs, and ends the rest', async () => {
  const w = await settledWorld();
  await w.apply({
    type: 'allocation',
    from: w.acme,
    recipients: [w.ben, w.dan],
    amount_per_recipient: micro(10),
  });
  const head = newHead();
  const outcome = await w.apply(deletionOf(w, micro(80)), head);
  expect(outcome).toMatchObject({
    verdict: 'applied',
    result: { deletion: { organization: w.acme, forfeited: '80', members: { amount: '20' } } },
  });
  expect(await w.balance(w.acme)).toEqual({ credits: 0n, held: 0n, owed: 0n });
  expect((await w.balance(w.ben)).credits).toBe(BigInt(micro(10)));
  expect(await readOrganization(w.worker, bare(w.acme))).toBeNull();
  // Again under the same key, and under another one.
  expect(await w.apply(deletionOf(w, micro(80)), head)).toMatchObject({ verdict: 'replayed' });
  const again = await w.apply(deletionOf(w));
  expect(again).toMatchObject({ verdict: 'applied' });
  if (again.verdict === 'applied' && outcome.verdict === 'applied') {
    expect(again.result).toEqual(outcome.result);
  }
});

test('the preview says what would follow, and what to type', async () => {
  const w = await settledWorld();
  await w.grant(w.acme, 20, { expires_at: new Date(Date.now() + 3_600_000).toISOString() });
  await w.apply({
    type: 'transfer',
    from: w.acme,
    to: w.ben,
    amount: micro(15),
    unrestricted: false,
  });
  await w.request(w.ben, 5);
  expect(await preview(w)).toMatchObject({
    organization: w.acme,
    pool: { amount: '105', by_kind: { promotional: '105' }, lots: [{ amount: '5' }, {}] },
    owed: '0',
    members: { count: 3, with_credits: 1, amount: '15', held: '0', held_by_former: '0' },
    ending: { pending_requests: { count: 1, amount: '5' }, seats: 0, rules: 0 },
    blockers: [],
  });
});

test('is refused by a wrong name or amount, and by whatever is under way', async () => {
  const w = await settledWorld();
  const refused = async (forfeit?: string) => codeOf(await w.apply(deletionOf(w, forfeit)));
  expect(await w.outcome({ ...deletionOf(w, micro(100)), confirm: 'other' })).toBe(
    'rejected: confirmation_mismatch',
  );
  expect(await refused()).toBe('rejected: account_not_settled');
  expect(await refused(micro(99))).toBe('rejected: confirmation_mismatch');
  expect(await refused('0')).toBe('rejected: confirmation_mismatch');
  expect(await w.outcome({ ...deletionOf(w), organization: 'org:nowhere' })).toBe(
    'rejected: not_found',
  );
  const hold = await w.hold(w.acme, 10);
  expect((await preview(w)).blockers.map(({ code }) => code)).toEqual(['open_holds']);
  expect(await refused(micro(100))).toBe('rejected: account_not_settled');
  await w.apply({ type: 'hold_release', hold });
  await w.charge({ wallet: w.acme, whole: 130 });
  expect((await preview(w)).blockers.map(({ code }) => code)).toEqual(['owed']);
  expect(await refused('0')).toBe('rejected: account_not_settled');
  await w.grant(w.acme, 30);
  expect(await refused()).toBe('applied');
});

test('suspended members, orders and allocations on their way are settled first', async () => {
  const w = await worlds.newWorld();
  expect((await preview(w)).blockers.map(({ code }) => code)).toEqual(['suspended_members']);
  const order = { wallet: w.acme, credits: micro(10), subtotal: 100, currency: 'usd' };
  await openPurchase(w.worker, newHead(), order, 12);
  const allocation: LedgerCommand = {
    type: 'allocation',
    from: w.acme,
    recipients: [w.ben],
    amount_per_recipient: micro(10),
  };
  await inTransaction(w.worker, (tx) => runCommand(tx, newHead(), allocation, { graceDays: 7 }));
  const outcome = await w.apply(deletionOf(w, micro(100)));
  expect(outcome).toMatchObject({
    verdict: 'rejected',
    error: {
      code: 'account_not_settled',
      errors: ['running_allocations', 'open_purchases', 'suspended_members'].map((code) => ({
        pointer: `/${code}`,
      })),
    },
  });
});

/** An organization without credits that is gone; what it had is in `made`. */
async function deletedWorld<Made>(prepare: (w: World) => Promise<Made>) {
  const w = await settledWorld();
  const made = await prepare(w);
  const { credits } = await w.balance(w.acme);
  const outcome = await w.apply(deletionOf(w, credits.toString()));
  if (outcome.verdict !== 'applied') throw new Error(JSON.stringify(outcome));
  return { w, made };
}

test('nothing enters or leaves the closed wallet by any command, and nobody comes back', async () => {
  const { w, made } = await deletedWorld(async (before) => ({
    charge: await before.charged(before.acme, 3),
    allocation: await before.idFrom(
      'alc',
      {
        type: 'allocation',
        from: before.acme,
        recipients: [before.ben],
        amount_per_recipient: micro(5),
      },
      'allocation',
      'id',
    ),
    request: await before.request(before.ben, 5),
  }));
  const amount = micro(1);
  const closed = 'rejected: wallet_closed';
  expect(await w.grant(w.acme, 1)).toBe(closed);
  const pair = { from: w.zoe, to: w.acme, amount, unrestricted: true };
  expect(await w.outcome({ type: 'transfer', ...pair })).toBe(closed);
  expect(await w.outcome({ type: 'transfer', ...pair, from: w.acme, to: w.zoe })).toBe(closed);
  const sharing = { type: 'allocation', from: w.acme, amount_per_recipient: amount } as const;
  expect(await w.outcome({ ...sharing, recipients: 'all' })).toBe(closed);
  expect(await w.outcome({ type: 'allocation_undo', allocation: made.allocation })).toBe(closed);
  const reversal = { type: 'reversal', transaction: made.charge, reason: 'Wrong' } as const;
  expect(await w.outcome(reversal)).toBe(closed);
  expect(await w.charge({ wallet: w.acme })).toEqual([closed]);
  const hold = { type: 'hold', wallet: w.acme, amount, product: 'x', expires_in: 60 } as const;
  expect(await w.outcome(hold)).toBe(closed);
  const order = { wallet: w.acme, credits: amount, subtotal: 100, currency: 'usd' };
  expect(codeOf(await openPurchase(w.worker, newHead(), order, 12))).toBe(closed);
  const approval = { type: 'credit_request_approval', request: made.request } as const;
  expect(await w.outcome(approval)).toBe('rejected: request_not_pending');
  const member = { organization: w.acme, member: w.ben } as const;
  expect(await w.outcome({ type: 'credit_request', ...member, amount })).toBe(
    'rejected: not_a_member',
  );
  expect(await w.charge({ wallet: w.ben, on_behalf_of: w.acme })).toEqual([
    'rejected: not_a_member',
  ]);
  expect(await w.limit(w.acme, null)).toBe(false);
  const { db } = worlds.database;
  const id = bare(w.acme);
  const refused = { ok: false, refusal: 'unknown_organization' };
  expect(await putMember(db, { organization: id, user: bare(w.zoe), role: 'owner' })).toEqual(
    refused,
  );
  expect(await putOrganization(db, { id, name: 'Again' })).toEqual({
    ok: false,
    refusal: 'organization_deleted',
  });
  const rule = { organization: id, id: 'r', every: 'week', startsNow: true } as const;
  expect(await putRule(db, { ...rule, kind: 'cap', sharePercent: 5 })).toBeNull();
  expect((await w.balance(w.ben)).credits).toBe(BigInt(micro(5)));
});

test('what hangs in holds of people who had left stays with them', async () => {
  const { w, made } = await deletedWorld(async (before) => {
    const gift = { type: 'transfer', from: before.acme, to: before.ben } as const;
    await before.apply({ ...gift, amount: micro(8), unrestricted: false });
    const hold = await before.hold(before.ben, 8);
    const leaver = { organization: before.acme, member: before.ben } as const;
    await before.apply({ type: 'member_removal', ...leaver });
    expect((await preview(before)).members.held_by_former).toBe('8');
    return hold;
  });
  await w.apply({ type: 'hold_release', hold: made });
  expect(await w.balance(w.ben)).toMatchObject({ credits: BigInt(micro(8)), held: 0n });
});

test('money that arrives or goes back later is put before a person, once, and moves nothing', async () => {
  const { w, made } = await deletedWorld(async (before) => {
    const late = randomUUID();
    const head = newHead();
    const order = { wallet: before.acme, credits: micro(10), subtotal: 100, currency: 'usd' };
    const opened = await openPurchase(before.worker, head, order, 12);
    if (opened.verdict !== 'pending') throw new Error('Not opened.');
    await attachCheckout(before.worker, head, String(opened.result['purchase']), {
      session: late,
      url: 'http://localhost/pay',
      customer: 'cus_test',
      discount: 0,
      promotion: null,
    });
    await closePurchase(before.worker, late, 'expired');
    return { late, paid: await before.buy(before.acme, 10, 100) };
  });
  const stateOf = async (where: ReturnType<typeof w.worker>) =>
    w.worker<{ status: string; taken: bigint }[]>`
      select status, taken_back as taken from bursar.purchases where ${where}`;
  const report = { session: made.late, paidTotal: 100, discount: 0, promotion: null };
  for (let times = 0; times < 2; times += 1) {
    await fulfilPurchase(w.worker, { ...report, paymentIntent: `pi_${made.late}` });
    const readAt = await databaseClock(w.worker);
    await takeBackPurchase(w.worker, made.paid, 50, 'refund', 'Refunded', 7, readAt);
  }
  const review = [{ status: 'needs_review', taken: 0n }];
  expect([...(await stateOf(w.worker`checkout_session = ${made.late}`))]).toEqual(review);
  expect([...(await stateOf(w.worker`id = ${made.paid}`))]).toEqual(review);
  const [told] = await w.worker<{ count: number }[]>`
    select count(*)::integer as count from bursar.outbox o
    join bursar.wallets x on x.id = o.subject_wallet
    where o.kind = 'purchase-needs-review' and x.owner = ${w.acme}`;
  expect(told?.count).toBe(2);
  expect(await w.balance(w.acme)).toEqual({ credits: 0n, held: 0n, owed: 0n });
});

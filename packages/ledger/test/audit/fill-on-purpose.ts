import { MICRO_PER_CREDIT } from '@bursar/contracts';
import {
  applyCharges,
  expireDue,
  expireRequests,
  inTransaction,
  runRule,
  type Database,
} from '@bursar/ledger/operations';
import {
  putMember,
  putOrganization,
  putUser,
  putRule,
  reinstateMember,
  setOrganizationSettings,
  suspendMember,
} from '@bursar/ledger/reads';
import type { TestDatabase } from '../../../../test/harness/ledger-database.ts';
import { subscribe } from './fill-subscriptions.ts';
import { deleteOrganization } from './delete-on-purpose.ts';
import { fillCash } from './fill-cash.ts';
import { handFactsOn } from './fill-webhooks.ts';
import { runCommand } from '../../src/operation/apply-command.ts';
import { fillTopUps } from './fill-top-ups.ts';
import { fillOrders } from './fill-orders.ts';
import { putBudgetOf } from './fill-budgets.ts';
import { command, newHead, type Pools } from './random-steps.ts';

/**
 * What chance rarely makes: burn orders that only one recorded fact explains, and work that is still
 * going on (an open hold, a running allocation).
 */
export async function fillOnPurpose(test: TestDatabase): Promise<void> {
  const pools = {
    worker: test.connect('bursar_worker'),
    ingress: test.connect('bursar_ingress'),
    db: test.db,
  };
  const { worker, ingress } = pools;
  await putOrganization(ingress, { id: 'purpose', name: 'On purpose' });
  for (const user of ['order', 'behalf', 'frozen', 'leaver', 'extender', 'whole']) {
    await putUser(ingress, { id: user });
    await putMember(ingress, { organization: 'purpose', user, role: 'member' });
  }
  await putBudgetOf(ingress, { id: 'purpose-all', wallet: 'org:purpose' });
  await putBudgetOf(ingress, { id: 'purpose-half', wallet: 'user:order', limit: BigInt(ONE) * 2n });
  await grantWith(pools, 'org:purpose', 50);
  await grantWith(pools, 'user:order', 10);
  await grantWith(pools, 'user:order', 50);
  await chargeOne(worker, { wallet: 'user:order' });
  await grantWith(pools, 'user:whole', 10);
  await grantWith(pools, 'user:whole', 50);
  await chargeOne(worker, { wallet: 'user:whole' });
  for (const [user, priority] of [
    ['behalf', 10],
    ['frozen', 90],
    ['leaver', 50],
  ] as const) {
    const parties = { from: 'org:purpose', to: `user:${user}` };
    await command(pools, { type: 'transfer', ...parties, amount: TEN, unrestricted: false });
    await grantWith(pools, `user:${user}`, priority);
  }
  const behalf = { wallet: 'user:behalf', on_behalf_of: 'org:purpose' };
  await chargeOne(worker, behalf);
  await command(pools, { type: 'hold', ...behalf, amount: ONE, product: 'ide', expires_in: 900 });
  await extendHold(pools);
  await finishHold(pools);
  await forgetHold(pools);
  const frozen = { organization: 'purpose', user: 'frozen' };
  await suspendMember(ingress, frozen);
  await chargeOne(worker, { wallet: 'user:frozen' });
  await reinstateMember(ingress, frozen);
  await decideRequests(pools);
  await distribute(pools, test);
  await subscribe(pools);
  const leaver = { organization: 'org:purpose', member: 'user:leaver' };
  await command(pools, { type: 'member_removal', ...leaver });
  const allocation = {
    type: 'allocation',
    from: 'org:purpose',
    recipients: 'all',
    amount_per_recipient: ONE,
  } as const;
  await inTransaction(worker, (tx) => runCommand(tx, newHead(), allocation, { graceDays: 7 }));
  await fillTopUps(worker, ingress);
  await fillOrders(worker, ingress);
  await deleteOrganization(pools);
  await giveBackLate(pools);
  await fillCash(test, worker, ingress);
  await handFactsOn(worker);
}

/** What the extension sets aside would come first in the burn order, had it been there before. */
async function extendHold(pools: Pools): Promise<void> {
  const wallet = 'user:extender';
  await grantWith(pools, wallet, 90);
  await command(pools, { type: 'hold', wallet, amount: ONE, product: 'ide', expires_in: 900 });
  await grantWith(pools, wallet, 10);
  const [hold] = await pools.db<{ id: string }[]>`
    select h.id from bursar.holds h join bursar.wallets w on w.id = h.wallet_id where w.owner = ${wallet}`;
  await command(pools, {
    type: 'hold_extension',
    hold: String(hold?.id),
    expires_in: 1_800,
    amount: TEN,
  });
}

/** The rest of a hold that was captured in part is freed by a final capture of nothing. */
async function finishHold(pools: Pools): Promise<void> {
  const placing = {
    type: 'hold',
    wallet: 'user:extender',
    product: 'ide',
    expires_in: 900,
  } as const;
  await command(pools, { ...placing, amount: TEN });
  const [row] = await pools.db<
    { id: string }[]
  >`select id from bursar.holds order by created_at desc limit 1`;
  const capture = { type: 'hold_capture', hold: String(row?.id) } as const;
  await command(pools, { ...capture, amount: ONE, final: false });
  await command(pools, { ...capture, amount: '0', final: true });
  await chargeOne(pools.worker, { wallet: 'user:extender' });
}

/** Time runs out for a hold of which nothing was captured. */
async function forgetHold(pools: Pools): Promise<void> {
  const placing = { type: 'hold', wallet: 'user:order', product: 'ide', expires_in: 0 } as const;
  await command(pools, { ...placing, amount: ONE });
  await expireDue(pools.worker);
}

/** Individual amounts, an undo, a sweep, a refill, seats paid and waiting, requests that expire and approve themselves. */
async function distribute(pools: Pools, test: TestDatabase): Promise<void> {
  const { worker, ingress } = pools;
  for (const user of ['idle', 'seated', 'waiting']) {
    await putUser(ingress, { id: user });
    await putMember(ingress, { organization: 'purpose', user, role: 'member' });
  }
  const recipients = [
    { user: 'user:idle', amount: TEN },
    { user: 'user:seated', amount: ONE },
  ];
  const gift = { type: 'allocation', from: 'org:purpose', recipients } as const;
  await command(pools, gift);
  await command(pools, gift);
  await command(pools, { ...gift, recipients: ['user:idle'], amount_per_recipient: ONE });
  const [last] = await test.db<{ id: string }[]>`
    select id from bursar.allocations order by created_at desc offset 1 limit 1`;
  await command(pools, {
    type: 'allocation_undo',
    allocation: String(last?.id),
    reason: 'A mistake',
  });
  const rule = { organization: 'purpose', every: 'week', startsNow: true } as const;
  await putRule(ingress, { ...rule, id: 'top-up', kind: 'refill', amount: 3n * MICRO_PER_CREDIT });
  await runRule(worker, 'purpose', 'top-up');
  // What is swept must be older than the week, and only for once.
  await test.db`update bursar.lots l set created_at = l.created_at - interval '40 days'
    from bursar.wallets w where w.id = l.wallet_id and w.owner = 'user:idle'`;
  await putRule(ingress, { ...rule, id: 'sweep', kind: 'sweep', idleDays: 1 });
  await runRule(worker, 'purpose', 'sweep');
  await test.db`update bursar.lots l set created_at = t.created_at
    from bursar.transactions t where t.id = l.transaction_id and t.wallet_id = l.wallet_id`;
  await test.db`update bursar.recalls set created_before = now() where created_before is not null`;
  const settings = { organization: 'purpose', autoApproveBelow: 2n * MICRO_PER_CREDIT };
  await setOrganizationSettings(ingress, {
    ...settings,
    seatAllocation: MICRO_PER_CREDIT,
    autoApproveMonthly: MICRO_PER_CREDIT,
  });
  const seat = { type: 'seat_assignment', organization: 'org:purpose' } as const;
  await command(pools, { ...seat, member: 'user:seated' });
  await setOrganizationSettings(ingress, {
    organization: 'purpose',
    seatAllocation: 10_000n * MICRO_PER_CREDIT,
  });
  await command(pools, { ...seat, member: 'user:waiting' });
  await command(pools, { ...seat, member: 'user:idle' });
  await command(pools, { ...seat, type: 'seat_revocation', member: 'user:idle' });
  const ask = { type: 'credit_request', organization: 'org:purpose' } as const;
  await command(pools, { ...ask, member: 'user:seated', amount: ONE });
  await command(pools, { ...ask, member: 'user:waiting', amount: TEN });
  await test.db`update bursar.credit_requests set expires_at = now() where status = 'pending' and user_id = 'waiting'`;
  await expireRequests(worker);
}

async function decideRequests(pools: Pools): Promise<void> {
  for (const decision of ['credit_request_approval', 'credit_request_rejection'] as const) {
    const asking = { organization: 'org:purpose', member: 'user:order', amount: TEN };
    await command(pools, { type: 'credit_request', ...asking });
    const rows = await pools.db<{ id: string }[]>`
      select id from bursar.credit_requests where organization_id = 'purpose' and status = 'pending'`;
    await command(pools, { type: decision, request: String(rows[0]?.id) });
  }
}

const ONE = MICRO_PER_CREDIT.toString();
const TEN = (10n * MICRO_PER_CREDIT).toString();
const HUNDRED = (100n * MICRO_PER_CREDIT).toString();

const grantWith = (pools: Pools, wallet: string, priority: number) =>
  command(pools, {
    type: 'grant',
    wallet,
    amount: HUNDRED,
    kind: 'promotional',
    reason: 'Welcome',
    priority,
    expires_at: new Date(Date.now() + 86_400_000).toISOString(),
  });

const chargeOne = (worker: Database, item: { wallet: string; on_behalf_of?: string }) =>
  inTransaction(worker, (tx) =>
    applyCharges(tx, [{ ...newHead(), amount: ONE, product: 'notebook', ...item }]),
  );

/** Two charges are given back after their lot has expired. */
async function giveBackLate(pools: Pools): Promise<void> {
  const { worker, db } = pools;
  await putUser(pools.ingress, { id: 'late' });
  const grant = { type: 'grant', wallet: 'user:late', kind: 'promotional', reason: 'x' } as const;
  const expires_at = new Date(Date.now() + 500).toISOString();
  await command(pools, { ...grant, amount: TEN, expires_at });
  await chargeOne(worker, { wallet: 'user:late' });
  await chargeOne(worker, { wallet: 'user:late' });
  await db`select pg_sleep(greatest(extract(epoch from max(l.expires_at) - clock_timestamp()), 0) + 0.01)
    from bursar.lots l join bursar.wallets w on w.id = l.wallet_id where w.owner = 'user:late'`;
  const charges = await db<{ id: string }[]>`
    select t.id from bursar.transactions t join bursar.wallets w on w.id = t.wallet_id
    where w.owner = 'user:late' and t.kind = 'charge'`;
  for (const { id } of charges) {
    await command(pools, { type: 'reversal', transaction: id, reason: 'Too much' }, 7);
  }
}

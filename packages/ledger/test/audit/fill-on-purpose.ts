import { MICRO_PER_CREDIT } from '@bursar/contracts';
import { applyCharges, expireDue, inTransaction, type Database } from '@bursar/ledger/operations';
import {
  putMember,
  putOrganization,
  putUser,
  reinstateMember,
  suspendMember,
} from '@bursar/ledger/reads';
import type { TestDatabase } from '../../../../test/harness/ledger-database.ts';
import { handFactsOn } from './fill-webhooks.ts';
import { runCommand } from '../../src/operation/apply-command.ts';
import { command, newHead, type Pools } from './fill-at-random.ts';
import { putBudgetOf } from './fill-budgets.ts';

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
  await forgetHold(pools);
  const frozen = { organization: 'purpose', user: 'frozen' };
  await suspendMember(ingress, frozen);
  await chargeOne(worker, { wallet: 'user:frozen' });
  await reinstateMember(ingress, frozen);
  await decideRequests(pools);
  const leaver = { organization: 'org:purpose', member: 'user:leaver' };
  await command(pools, { type: 'member_removal', ...leaver });
  const allocation = {
    type: 'allocation',
    from: 'org:purpose',
    recipients: 'all',
    amount_per_recipient: ONE,
  } as const;
  await inTransaction(worker, (tx) => runCommand(tx, newHead(), allocation, { graceDays: 7 }));
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

/** Time runs out for a hold of which nothing was captured. */
async function forgetHold(pools: Pools): Promise<void> {
  const placing = { type: 'hold', wallet: 'user:order', product: 'ide', expires_in: 0 } as const;
  await command(pools, { ...placing, amount: ONE });
  await expireDue(pools.worker);
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

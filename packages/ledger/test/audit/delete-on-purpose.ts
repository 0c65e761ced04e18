import { randomBytes } from 'node:crypto';
import { MICRO_PER_CREDIT } from '@bursar/contracts';
import {
  createWebhook,
  insertApiKey,
  invite,
  putMember,
  putOrganization,
  putRule,
  setOrganizationSettings,
} from '@bursar/ledger/reads';
import { putBudgetOf } from './fill-budgets.ts';
import { command, type Pools } from './random-steps.ts';

const amount = (whole: number) => (BigInt(whole) * MICRO_PER_CREDIT).toString();
const POOL = 'org:gone';

/** An organization that had one of everything and was deleted with credits in its pool. */
export async function deleteOrganization(pools: Pools): Promise<void> {
  const { ingress } = pools;
  await putOrganization(ingress, { id: 'gone', name: 'Gone' });
  for (const user of ['order', 'idle']) {
    await putMember(ingress, { organization: 'gone', user, role: 'member' });
  }
  const grant = { type: 'grant', wallet: POOL, kind: 'promotional', reason: 'Welcome' } as const;
  await command(pools, { ...grant, amount: amount(30), priority: 90 });
  await command(pools, { ...grant, amount: amount(20), priority: 10 });
  await command(pools, {
    type: 'allocation',
    from: POOL,
    recipients: 'all',
    amount_per_recipient: amount(1),
  });
  // Dearer than the pool, so that it still waits when the organization goes.
  await setOrganizationSettings(ingress, {
    organization: 'gone',
    seatAllocation: 1_000n * MICRO_PER_CREDIT,
  });
  const member = { organization: POOL, member: 'user:idle' } as const;
  await command(pools, { type: 'seat_assignment', ...member });
  await command(pools, { type: 'credit_request', ...member, amount: amount(5) });
  const rule = { organization: 'gone', id: 'top-up', every: 'week', startsNow: false } as const;
  await putRule(ingress, { ...rule, kind: 'refill', amount: MICRO_PER_CREDIT });
  await putBudgetOf(ingress, { id: 'gone-all', wallet: POOL });
  const asked = { organization: 'gone', role: 'member', actor: 'key_test' } as const;
  await invite(ingress, { ...asked, email: 'late@example.com' });
  await insertApiKey(ingress, {
    name: 'Gone',
    hash: randomBytes(32),
    lastFour: 'last',
    scopes: ['wallets:read'],
    organization: 'gone',
  });
  await createWebhook(ingress, {
    owner: POOL,
    url: 'https://example.com/gone',
    description: null,
    eventTypes: ['*'],
    secret: randomBytes(32),
    most: 5,
  });
  const deletion = { type: 'organization_deletion', organization: POOL, confirm: 'Gone' } as const;
  await command(pools, { ...deletion, forfeit: amount(48) });
}

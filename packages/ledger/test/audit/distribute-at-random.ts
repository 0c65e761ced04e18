import { randomUUID } from 'node:crypto';
import { MICRO_PER_CREDIT } from '@bursar/contracts';
import { payDelayed, runRule } from '@bursar/ledger/operations';
import { deleteRule, putRule, setOrganizationSettings } from '@bursar/ledger/reads';
import { anyOrganization, anyUser, command, type Pools, type Random } from './random-steps.ts';

const bare = (owner: string): string => owner.slice(owner.indexOf(':') + 1);

export async function undo(pools: Pools, random: Random): Promise<void> {
  const rows = await pools.db<{ id: string }[]>`
    select id from bursar.allocations where status = 'completed' order by id desc limit 3`;
  if (rows.length === 0) return;
  await command(pools, { type: 'allocation_undo', allocation: random.pick(rows).id });
}

export async function seat(pools: Pools, random: Random): Promise<void> {
  const organization = anyOrganization(random);
  const member = anyUser(random);
  await setOrganizationSettings(pools.ingress, {
    organization: bare(organization),
    seatAllocation: BigInt(random.amount(20)),
    autoApproveBelow: BigInt(random.amount(20)),
    autoApproveMonthly: BigInt(random.amount(100)),
  });
  await command(pools, { type: 'seat_assignment', organization, member });
  if (random.chance(0.3)) await command(pools, { type: 'seat_revocation', organization, member });
  if (random.chance(0.3)) {
    const amount = random.amount(20);
    await command(pools, { type: 'default_allocation', organization, member, amount });
  }
  await payDelayed(pools.worker, 0, 5);
}

/** A rule that runs once and is gone; now and then a cap that stays for a while. */
export async function rule(pools: Pools, random: Random): Promise<void> {
  const organization = bare(anyOrganization(random));
  const common = { organization, every: 'week', startsNow: true } as const;
  if (random.chance(0.2)) {
    await putRule(pools.ingress, { ...common, id: 'cap', kind: 'cap', sharePercent: 50 });
    return;
  }
  await deleteRule(pools.ingress, { organization, id: 'cap' });
  const refill = { kind: 'refill', amount: 5n * MICRO_PER_CREDIT } as const;
  const terms = random.chance(0.6) ? refill : ({ kind: 'sweep', idleDays: 0 } as const);
  const id = randomUUID();
  await putRule(pools.ingress, { ...common, id, ...terms });
  await runRule(pools.worker, organization, id);
  await deleteRule(pools.ingress, { organization, id });
}

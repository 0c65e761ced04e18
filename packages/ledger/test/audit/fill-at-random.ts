import { MICRO_PER_CREDIT, type ChargeItem, type LedgerCommand } from '@bursar/contracts';
import {
  applyCharges,
  attachCheckout,
  expireDue,
  fulfilPurchase,
  inTransaction,
  openPurchase,
  settleFreePurchase,
  databaseClock,
  takeBackPurchase,
  type Database,
} from '@bursar/ledger/operations';
import {
  putMember,
  putOrganization,
  putUser,
  reinstateMember,
  setOverdraftLimit,
  setSoftLandingLimit,
  suspendMember,
} from '@bursar/ledger/reads';
import type { TestDatabase } from '../../../../test/harness/ledger-database.ts';
import { handFactsOn, hearEverything } from './fill-webhooks.ts';
import { changeBudgets } from './fill-budgets.ts';
import { rule, seat, undo } from './distribute-at-random.ts';
import { fillPrices } from './fill-prices.ts';
import {
  anyOrganization,
  anyUser,
  command,
  newHead,
  ORGANIZATIONS,
  seeded,
  USERS,
  type Pools,
  type Random,
} from './random-steps.ts';

/** People, organizations and members, without credits. */
async function populate(ingress: Database): Promise<void> {
  for (const id of USERS) await putUser(ingress, { id });
  for (const id of ORGANIZATIONS) await putOrganization(ingress, { id, name: id });
  for (const organization of ORGANIZATIONS) {
    for (const user of USERS) {
      await putMember(ingress, { organization, user, role: user === 'ana' ? 'owner' : 'member' });
    }
  }
}

/**
 * Fills a ledger with everything that can happen to it: `steps` random steps, three at a time, over
 * lots and holds that begin and end meanwhile. Refusals are part of it.
 */
export async function fillAtRandom(test: TestDatabase, seed: number, steps: number): Promise<void> {
  const worker = test.connect('bursar_worker');
  const ingress = test.connect('bursar_ingress');
  const random = seeded(seed);
  await hearEverything(ingress);
  await populate(ingress);
  for (let done = 0; done < steps; done += 3) {
    await Promise.all([1, 2, 3].map(() => takeStep({ worker, ingress, db: test.db }, random)));
  }
  await expireDue(worker);
  await handFactsOn(worker);
  await fillPrices({ worker, ingress, db: test.db });
}

async function takeStep(pools: Pools, random: Random): Promise<void> {
  const step = random.pick(STEPS);
  await step(pools, random);
}

const anyOwner = (random: Random) =>
  random.chance(0.3) ? anyOrganization(random) : anyUser(random);

/** A moment up to a second ahead, now and then far away. */
const soon = (random: Random) =>
  new Date(Date.now() + (random.chance(0.3) ? 86_400_000 : 20 + random.below(1_000))).toISOString();

const grant = (pools: Pools, random: Random) =>
  command(pools, {
    type: 'grant',
    wallet: anyOwner(random),
    amount: random.amount(200),
    kind: random.pick(['promotional', 'adjustment', 'subscription']),
    reason: 'Welcome',
    ...(random.chance(0.5) ? { expires_at: soon(random) } : {}),
    ...(random.chance(0.2) ? { effective_at: new Date(Date.now() + 10).toISOString() } : {}),
    ...(random.chance(0.4) ? { priority: random.pick([10, 50, 90]) } : {}),
  });

async function charge({ worker }: Pools, random: Random): Promise<void> {
  const items = Array.from({ length: 1 + random.below(6) }, (): ChargeItem => ({
    ...newHead(),
    wallet: random.chance(0.05) ? 'user:nobody' : anyOwner(random),
    amount: random.amount(60),
    product: 'notebook',
    ...(random.chance(0.3) ? { on_behalf_of: anyOrganization(random) } : {}),
  }));
  await inTransaction(worker, (tx) => applyCharges(tx, items));
}

const transfer = (pools: Pools, random: Random) =>
  command(pools, {
    type: 'transfer',
    ...pairOf(random),
    amount: random.amount(80),
    unrestricted: random.chance(0.5),
    ...(random.chance(0.3) ? { kind: random.pick(['promotional', 'purchased', 'allocated']) } : {}),
  });

function pairOf(random: Random): { from: string; to: string } {
  const pair = [anyOrganization(random), anyUser(random)] as const;
  return random.chance(0.7) ? { from: pair[0], to: pair[1] } : { from: pair[1], to: pair[0] };
}

const allocate = (pools: Pools, random: Random) =>
  command(pools, {
    type: 'allocation',
    from: anyOrganization(random),
    recipients: random.chance(0.5) ? 'all' : [anyUser(random)],
    amount_per_recipient: random.amount(30),
    ...(random.chance(0.3) ? { kind: random.pick(['promotional', 'purchased']) } : {}),
  });

const hold = (pools: Pools, random: Random) =>
  command(pools, {
    type: 'hold',
    wallet: anyOwner(random),
    amount: random.amount(50),
    product: 'notebook',
    expires_in: random.pick([1, 900]),
    overdraft: random.pick(['0', '0', '5000000']),
    ...(random.chance(0.3) ? { on_behalf_of: anyOrganization(random) } : {}),
  });

async function settleHold(pools: Pools, random: Random): Promise<void> {
  const rows = await pools.db<{ id: string }[]>`
    select id from bursar.holds where status = 'open' order by id desc limit 5`;
  if (rows.length === 0) return;
  const { id } = random.pick(rows);
  if (random.chance(0.3)) {
    const longer = { type: 'hold_extension', hold: id, expires_in: 900 } as const;
    await command(pools, { ...longer, ...(random.chance(0.5) && { amount: random.amount(80) }) });
  }
  await command(
    pools,
    random.chance(0.3)
      ? { type: 'hold_release', hold: id }
      : {
          type: 'hold_capture',
          hold: id,
          final: random.chance(0.6),
          ...(random.chance(0.7) ? { amount: random.amount(60) } : {}),
        },
  );
}

async function reverse(pools: Pools, random: Random): Promise<void> {
  const rows = await pools.db<{ id: string }[]>`
    select id from bursar.transactions where kind = 'charge' order by created_at desc limit 30`;
  if (rows.length === 0) return;
  await command(
    pools,
    {
      type: 'reversal',
      transaction: random.pick(rows).id,
      reason: 'Too much',
      ...(random.chance(0.6) ? { amount: random.amount(20) } : {}),
    },
    random.pick([0, 7]),
  );
}

async function purchase({ worker }: Pools, random: Random): Promise<void> {
  const head = newHead();
  const total = 1 + random.below(9_999);
  const opened = await openPurchase(
    worker,
    head,
    {
      wallet: anyOwner(random),
      credits: random.amount(300),
      subtotal: total,
      currency: 'usd',
    },
    random.pick([0, 1, 12]),
  );
  if (opened.verdict !== 'pending' || random.chance(0.1)) return;
  const id = String(opened.result['purchase']);
  if (random.chance(0.2)) {
    await settleFreePurchase(worker, head, id, 'promo_free', 5, false);
    return;
  }
  const session = `cs_${id}`;
  const checkout = {
    session,
    url: 'http://pay.test/',
    customer: 'cus_test',
    discount: 0,
    promotion: null,
  };
  await attachCheckout(worker, head, id, checkout);
  if (random.chance(0.2)) return;
  await Promise.all(
    [1, 2].map(() =>
      fulfilPurchase(worker, {
        session,
        paidTotal: total,
        discount: 0,
        paymentIntent: `pi_${id}`,
        promotion: null,
      }),
    ),
  );
}

async function takeBack({ worker, db }: Pools, random: Random): Promise<void> {
  const rows = await db<{ id: string; paid_total: bigint }[]>`
    select id, paid_total from bursar.purchases where paid_total > 0 order by id limit 10`;
  if (rows.length === 0) return;
  const { id, paid_total: paid } = random.pick(rows);
  const refunded = random.below(Number(paid) + 1);
  await takeBackPurchase(
    worker,
    id,
    refunded,
    random.pick(['refund', 'dispute']),
    'Sorry',
    7,
    await databaseClock(worker),
  );
}

async function request(pools: Pools, random: Random): Promise<void> {
  const organization = anyOrganization(random);
  const member = anyUser(random);
  await command(pools, {
    type: 'credit_request',
    organization,
    member,
    amount: random.amount(40),
  });
  const rows = await pools.db<{ id: string }[]>`
    select id from bursar.credit_requests where status = 'pending' order by id limit 5`;
  if (rows.length === 0) return;
  const { id } = random.pick(rows);
  await command(
    pools,
    random.pick<LedgerCommand>([
      { type: 'credit_request_approval', request: id },
      { type: 'credit_request_approval', request: id, amount: random.amount(10) },
      { type: 'credit_request_rejection', request: id, reason: 'Later' },
      { type: 'credit_request_cancellation', request: id },
    ]),
  );
}

/** Leaves and comes back, or is suspended and reinstated, with work done in between. */
async function changeMembership(pools: Pools, random: Random): Promise<void> {
  const organization = random.pick(ORGANIZATIONS);
  const user = random.pick(USERS.slice(1));
  if (random.chance(0.5)) {
    await suspendMember(pools.ingress, { organization, user });
    await charge(pools, random);
    await hold(pools, random);
    await reinstateMember(pools.ingress, { organization, user });
    return;
  }
  await command(pools, {
    type: 'member_removal',
    organization: `org:${organization}`,
    member: `user:${user}`,
  });
  await settleHold(pools, random);
  await putMember(pools.ingress, { organization, user, role: 'member' });
}

async function limitDebt({ ingress }: Pools, random: Random): Promise<void> {
  const limit = random.pick([null, 0n, 50n * MICRO_PER_CREDIT]);
  const wallet = anyOwner(random);
  await setOverdraftLimit(ingress, { wallet, limit });
  await setSoftLandingLimit(ingress, { wallet, limit: 10n * MICRO_PER_CREDIT });
}

const budgets = ({ ingress }: Pools, random: Random) =>
  changeBudgets(ingress, random, {
    user: anyUser(random),
    organization: anyOrganization(random),
  });

const STEPS: readonly ((pools: Pools, random: Random) => Promise<unknown>)[] = [
  grant,
  grant,
  grant,
  charge,
  charge,
  charge,
  charge,
  transfer,
  transfer,
  allocate,
  hold,
  hold,
  settleHold,
  settleHold,
  reverse,
  reverse,
  purchase,
  purchase,
  takeBack,
  request,
  changeMembership,
  undo,
  seat,
  rule,
  limitDebt,
  budgets,
  ({ worker }) => expireDue(worker),
];

import { randomUUID } from 'node:crypto';
import type { PlanTerms } from '@bursar/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applyCommand,
  attachSubscriptionCheckout,
  closeSubscriptionCheckout,
  databaseClock,
  findInvoiceOfPayment,
  findTerms,
  mirrorSubscription,
  openSubscription,
  refuseSubscription,
  settleInvoice,
  takeBackInvoice,
  type InvoiceFacts,
  type PaidLine,
} from '../src/operations.ts';
import { putPlan, readPlans, retirePlan } from '../src/reads.ts';
import { codeOf, openWorlds, type World } from './outcome-world.ts';
import { credits, micro, newHead } from './reads-fixtures.ts';
import {
  factsOf,
  inDays,
  invoiceOf,
  lineOf,
  planOf,
  subscribed,
  TERMS,
} from './subscription-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const ingress = () => worlds.database.db;

/** A subscription of zoe's, and what settles its bills. */
async function series(world: World) {
  const item = `si_${randomUUID()}`;
  const subscription = await subscribed(world.worker, ingress(), world.zoe, { item });
  return {
    item,
    subscription,
    settle: async (lines: PaidLine[], facts: Partial<InvoiceFacts> = {}) =>
      settleInvoice(
        world.worker,
        subscription,
        invoiceOf(facts),
        lines,
        await databaseClock(world.worker),
      ),
  };
}

const lotsOf = (world: World) => world.worker`
  select l.kind, l.remaining, l.unit_cost, l.parent_lot is not null as moved
  from bursar.lots l join bursar.wallets w on w.id = l.wallet_id
  where w.owner = ${world.zoe} order by l.id`;

describe('ordering a subscription', () => {
  const planned = async (changes: Partial<Parameters<typeof planOf>[0]> = {}) => {
    const plan = planOf({ id: `p-${randomUUID().slice(0, 8)}`, ...changes });
    await putPlan(ingress(), plan);
    return plan.id;
  };
  const open = (w: World, wallet: string, plan: string, head = newHead()) =>
    openSubscription(w.worker, head, { wallet, plan, quantity: 1 });

  it.each<[string, (w: World) => Promise<string>, string]>([
    ['a plan', async (w) => codeOf(await open(w, w.zoe, await planned())), 'pending'],
    [
      'a plan that nobody offers',
      async (w) => codeOf(await open(w, w.zoe, 'none')),
      'rejected: plan_not_found',
    ],
    [
      'a plan that was retired',
      async (w) => {
        const plan = await planned();
        await retirePlan(ingress(), plan);
        return codeOf(await open(w, w.zoe, plan));
      },
      'rejected: plan_not_found',
    ],
    [
      'a plan for organizations, by a person',
      async (w) => codeOf(await open(w, w.zoe, await planned({ audience: 'org' }))),
      'rejected: plan_not_available',
    ],
    [
      'a plan for a wallet that does not exist',
      async (w) => codeOf(await open(w, 'user:nobody', await planned())),
      'rejected: wallet_not_found',
    ],
    [
      'a second one while the first goes on',
      async (w) => {
        await subscribed(w.worker, ingress(), w.zoe, { status: 'past_due' });
        return codeOf(await open(w, w.zoe, await planned()));
      },
      'rejected: already_subscribed',
    ],
    [
      'a second one after the first has ended',
      async (w) => {
        await subscribed(w.worker, ingress(), w.zoe, { status: 'canceled', ended_at: inDays(0) });
        return codeOf(await open(w, w.zoe, await planned()));
      },
      'pending',
    ],
    [
      'the same again before it has somewhere to pay',
      async (w) => {
        const [plan, head] = [await planned(), newHead()];
        await open(w, w.zoe, plan, head);
        return codeOf(await open(w, w.zoe, plan, head));
      },
      'pending',
    ],
    [
      'one that is refused afterwards',
      async (w) => {
        const head = newHead();
        const opened = await open(w, w.zoe, await planned(), head);
        const id = 'result' in opened ? String(opened.result?.['subscription']) : '';
        const error = { code: 'unavailable', detail: 'Order again.' } as const;
        return codeOf(await refuseSubscription(w.worker, head, id, error));
      },
      'rejected: unavailable',
    ],
  ])('%s', async (_, act, outcome) => {
    expect(await act(await worlds.newWorld())).toBe(outcome);
  });

  it('keeps the terms it was sold under when the plan changes', async () => {
    const world = await worlds.newWorld();
    const id = await planned();
    const head = newHead();
    await open(world, world.zoe, id, head);
    expect(await putPlan(ingress(), planOf({ id, credits: credits(7) }))).toBe('changed');
    expect(await putPlan(ingress(), planOf({ id, credits: credits(7) }))).toBe('unchanged');
    const again = await open(world, world.zoe, id, head);
    expect(again).toMatchObject({ result: { terms: { plan: id, credits: micro(100) } } });
    expect(
      await findTerms(world.worker, { subscription: null, price: '', lookupKey: null, plan: id }),
    ).toMatchObject({ credits: micro(7) });
    expect(await readPlans(ingress(), id)).toMatchObject([{ credits: credits(7), amount: 1000n }]);
  });

  it('offers a trial to newcomers only', async () => {
    const world = await worlds.newWorld();
    await subscribed(world.worker, ingress(), world.zoe, { status: 'canceled' });
    const opened = await open(world, world.zoe, await planned({ trialDays: 14 }));
    expect(opened).toMatchObject({ result: { terms: { trial_days: 0 } } });
  });

  it('closes its page once, and not after somebody subscribed there', async () => {
    const world = await worlds.newWorld();
    const head = newHead();
    const opened = await open(world, world.zoe, await planned(), head);
    const id = opened.verdict === 'pending' ? String(opened.result['subscription']) : '';
    const checkout = { session: `cs_${id}`, url: 'http://localhost/pay', customer: 'cus_1' };
    const attached = await attachSubscriptionCheckout(world.worker, head, id, checkout);
    expect(attached).toMatchObject({ result: { subscription: { checkout_url: checkout.url } } });
    expect(await closeSubscriptionCheckout(world.worker, `cs_${id}`)).toBe(true);
    expect(await closeSubscriptionCheckout(world.worker, `cs_${id}`)).toBe(false);
  });
});

describe('what a period brings', () => {
  it('is granted once, however many invoices, events and workers report it', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    const line = lineOf(item, 0);
    const invoice = `in_${randomUUID()}`;
    await Promise.all([1, 2, 3, 4].map(() => settle([line], { invoice })));
    await settle([{ ...line, line: 'il_reissued' }]);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(100) });
    const reviewed = await world.worker`
      select count(*) from bursar.subscription_invoices where review_reason is not null
        and invoice <> ${invoice} and wallet_id = (select id from bursar.wallets where owner = ${world.zoe})`;
    expect(reviewed).toEqual([{ count: 1n }]);
  });

  it('pays debt first', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await world.charge({ wallet: world.zoe, whole: 30 });
    await settle([lineOf(item, 0)]);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(70), owed: 0n });
  });

  it('has the cost that was paid for it', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await settle([lineOf(item, 0, { paid: 900 })]);
    expect(await lotsOf(world)).toMatchObject([{ kind: 'subscription', unit_cost: 9_000_000n }]);
  });

  it('still lives for a week when it was paid for after its end', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await settle([lineOf(item, -60)]);
    const [lot] = await world.worker<{ days: number }[]>`
      select extract(day from l.expires_at - l.created_at)::int as days
      from bursar.lots l join bursar.wallets w on w.id = l.wallet_id where w.owner = ${world.zoe}`;
    expect(lot?.days).toBe(7);
  });
});

describe('what is left of a period', () => {
  it.each([
    ['nothing when the plan says so', 0, 100, 0n],
    ['no more than the cap', 40, 100, 40n],
    ['no more than there is', 40, 15, 15n],
  ])('moves on: %s', async (_, cap, left, moved) => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await settle([lineOf(item, -30)]);
    if (left < 100) await world.charge({ wallet: world.zoe, whole: 100 - left });
    await settle([lineOf(item, 0, { rollover_cap: micro(cap) || '0' })]);
    const [row] = await world.worker`
      select p.rolled from bursar.subscription_periods p where p.item = ${item} order by p.id desc limit 1`;
    expect(row?.['rolled']).toBe(moved * 1_000_000n);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(100 + left) });
  });

  it('moves on again, but never what is held, bought or given', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await world.grant(world.zoe, 500);
    await world.buy(world.zoe, 500, 500);
    await settle([lineOf(item, -30, { rollover_cap: micro(80) })]);
    await world.hold(world.zoe, 90);
    await settle([lineOf(item, 0, { rollover_cap: micro(80) })]);
    await settle([lineOf(item, 30, { rollover_cap: micro(80) })]);
    const rows = await world.worker`
      select p.rolled from bursar.subscription_periods p where p.item = ${item} order by p.id`;
    expect(rows).toEqual([{ rolled: 0n }, { rolled: credits(10) }, { rolled: credits(80) }]);
  });

  it('keeps its cost and the payment it came from', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    await settle([lineOf(item, -30, { paid: 500 })]);
    await settle([lineOf(item, 0, { rollover_cap: micro(25) })]);
    expect(await lotsOf(world)).toEqual([
      { kind: 'subscription', remaining: credits(75), unit_cost: 5_000_000n, moved: false },
      { kind: 'subscription', remaining: credits(25), unit_cost: 5_000_000n, moved: true },
      { kind: 'subscription', remaining: credits(100), unit_cost: 10_000_000n, moved: false },
    ]);
  });
});

describe('money of an invoice that went back', () => {
  it('takes its credits back by share, the own ones first, and restores them', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    const invoice = await settle([lineOf(item, 0)]);
    await world.grant(world.zoe, 10);
    await world.charge({ wallet: world.zoe, whole: 80 });
    const back = async (returned: number) =>
      takeBackInvoice(
        world.worker,
        invoice,
        { returned, paid: 1_000 },
        'refund',
        'Refunded',
        7,
        await databaseClock(world.worker),
      );
    expect(await back(500)).toBe(credits(50));
    expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n, owed: credits(20) });
    expect(await back(500)).toBe(credits(50));
    expect(await back(0)).toBe(0n);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(30), owed: 0n });
  });

  it('lets another invoice for the period pay for it anew', async () => {
    const world = await worlds.newWorld();
    const { item, settle } = await series(world);
    const line = lineOf(item, 0);
    const back = async (invoice: string, returned: number) =>
      takeBackInvoice(
        world.worker,
        invoice,
        { returned, paid: 1_000 },
        'refund',
        'Refunded',
        7,
        await databaseClock(world.worker),
      );
    await back(await settle([line]), 1_000);
    const second = await settle([{ ...line, line: 'il_second' }]);
    await back(second, 0);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(100) });
  });

  it('finds the invoice of a payment', async () => {
    const world = await worlds.newWorld();
    const { settle } = await series(world);
    const [invoice, payment] = [`in_${randomUUID()}`, `pi_${randomUUID()}`];
    await settle([], { invoice, payment_intents: [payment] });
    expect(await findInvoiceOfPayment(world.worker, payment)).toBe(invoice);
    expect(await findInvoiceOfPayment(world.worker, 'pi_of_nobody')).toBeNull();
  });
});

describe('what Stripe says about a subscription', () => {
  const factsFor = (world: World, terms: Partial<PlanTerms> = {}) =>
    factsOf(randomUUID(), world.acme, { ...TERMS, ...terms });
  const told = async (world: World) => {
    const rows = await world.worker<{ kind: string }[]>`
      select o.kind from bursar.outbox o join bursar.wallets w on w.id = o.subject_wallet
      where w.owner = ${world.acme} and o.kind like 'subscription-%' order by o.id`;
    return rows.map(({ kind }) => kind);
  };

  it('is followed, unless something newer was heard before', async () => {
    const world = await worlds.newWorld();
    const facts = factsFor(world);
    const older = await databaseClock(world.worker);
    const newer = await databaseClock(world.worker);
    const id = await mirrorSubscription(world.worker, { ...facts, status: 'past_due' }, newer);
    expect(await mirrorSubscription(world.worker, facts, older)).toBe(id);
    const [row] =
      await world.worker`select s.status from bursar.subscriptions s where s.id = ${id}`;
    expect(row).toEqual({ status: 'past_due' });
  });

  it('is nothing to us when it names a wallet that we do not have', async () => {
    const world = await worlds.newWorld();
    const facts = { ...factsFor(world), wallet: 'user:nobody' };
    expect(
      await mirrorSubscription(world.worker, facts, await databaseClock(world.worker)),
    ).toBeNull();
  });

  it('tells each turn once', async () => {
    const world = await worlds.newWorld();
    const facts = factsFor(world);
    const ending = { ...facts, cancel_at: '2027-01-01T00:00:00.000Z' };
    const ended = { ...ending, status: 'canceled', ended_at: '2027-01-01T00:00:00.000Z' };
    for (const state of [facts, ending, ending, facts, facts, ending, ended, ended]) {
      await mirrorSubscription(world.worker, state, await databaseClock(world.worker));
    }
    expect(await told(world)).toEqual([
      'subscription-ending',
      'subscription-resumed',
      'subscription-ending',
      'subscription-ended',
    ]);
  });

  it('warns once, and lists who sits beyond the seats of a smaller plan', async () => {
    const world = await worlds.newWorld();
    for (const member of [world.ana, world.ben]) {
      const seat = { type: 'seat_assignment', organization: world.acme, member } as const;
      await applyCommand(world.worker, newHead(), seat, { graceDays: 7 });
    }
    const facts = factsFor(world, { seats: 1 });
    for (const quantity of [2, 1, 1]) {
      await mirrorSubscription(
        world.worker,
        { ...facts, quantity },
        await databaseClock(world.worker),
      );
    }
    expect(await told(world)).toEqual(['subscription-seats-exceeded']);
    const [row] = await world.worker`
      select o.payload -> 'seats' as seats from bursar.outbox o
      where o.kind = 'subscription-seats-exceeded' and o.payload ->> 'wallet' = ${world.acme}`;
    expect(row?.['seats']).toEqual({ included: 1, assigned: 2, over: [world.ben] });
  });

  it('tells of each failed attempt once, and of none that was made good', async () => {
    const world = await worlds.newWorld();
    const facts = factsFor(world);
    const readAt = () => databaseClock(world.worker);
    const id = String(await mirrorSubscription(world.worker, facts, await readAt()));
    const invoice = `in_${randomUUID()}`;
    for (const attempts of [0, 1, 1, 2]) {
      const bill = invoiceOf({ invoice, status: 'open', paid: 0, attempts });
      await settleInvoice(world.worker, id, bill, [], await readAt());
    }
    await settleInvoice(world.worker, id, invoiceOf({ invoice, attempts: 3 }), [], await readAt());
    expect(await told(world)).toEqual([
      'subscription-payment-failed',
      'subscription-payment-failed',
    ]);
  });
});

import { randomUUID } from 'node:crypto';
import { toPublicId, type OperationHead, type PlanTerms } from '@bursar/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  attachSubscriptionCheckout,
  closeSubscriptionCheckout,
  databaseClock,
  findErrand,
  findErrands,
  finishErrand,
  mirrorSubscription,
  openSubscription,
  settleInvoice,
  takeBackInvoice,
} from '../src/operations.ts';
import { putPlan, readAttention, readPlans, readSubscriptions } from '../src/reads.ts';
import { codeOf, openWorlds, type World } from './outcome-world.ts';
import { credits, newHead } from './reads-fixtures.ts';
import { factsOf, invoiceOf, lineOf, planOf, subscribed, TERMS } from './subscription-fixtures.ts';

let worlds: Awaited<ReturnType<typeof openWorlds>>;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const ingress = () => worlds.database.db;

describe('the page where a wallet subscribes', () => {
  const planned = async () => {
    const plan = planOf({ id: `p-${randomUUID().slice(0, 8)}` });
    await putPlan(ingress(), plan);
    return plan.id;
  };
  const open = (w: World, wallet: string, plan: string, head = newHead()) =>
    openSubscription(w.worker, head, { wallet, plan, quantity: 1 });
  const attach = async (w: World, head: OperationHead, id: string, session = `cs_${id}`) =>
    codeOf(
      await attachSubscriptionCheckout(w.worker, head, id, {
        session,
        url: 'http://localhost/pay',
        customer: 'cus_1',
      }),
    );
  const opening = async (w: World, plan: string) => {
    const head = newHead();
    const opened = await open(w, w.zoe, plan, head);
    if (opened.verdict !== 'pending') throw new Error(JSON.stringify(opened));
    return { head, id: String(opened.result['subscription']), pages: opened.result['pages'] };
  };

  it('has one page at a time: a later order has the page of an earlier one closed first', async () => {
    const world = await worlds.newWorld();
    const plan = await planned();
    const first = await opening(world, plan);
    expect(first.pages).toEqual([]);
    expect(await attach(world, first.head, first.id)).toBe('applied');
    const second = await opening(world, plan);
    expect(second.pages).toEqual([`cs_${first.id}`]);
    const errand = await findErrand(world.worker, {
      kind: 'close_page',
      subject: `cs_${first.id}`,
    });
    await finishErrand(world.worker, String(errand?.id));
    expect(await open(world, world.zoe, plan, second.head)).toMatchObject({
      result: { pages: [] },
    });
    expect(await attach(world, second.head, second.id)).toBe('applied');
    expect(await closeSubscriptionCheckout(world.worker, `cs_${first.id}`)).toBe(true);
    expect(await closeSubscriptionCheckout(world.worker, `cs_${first.id}`)).toBe(false);
    const all = await readSubscriptions(ingress(), world.zoe, { limit: 10 });
    expect(all.rows.map(({ summary }) => summary['status'])).toEqual([
      'awaiting_payment',
      'replaced',
    ]);
  });

  it('sends nobody to a page whose order was replaced, or whose wallet is subscribed by now', async () => {
    const world = await worlds.newWorld();
    const plan = await planned();
    const first = await opening(world, plan);
    const second = await opening(world, plan);
    expect(await attach(world, first.head, first.id)).toBe('rejected: order_replaced');
    const [terms] = await world.worker<{ terms: PlanTerms }[]>`
      select bursar.plan_terms(p) as terms from bursar.plans p where p.id = ${plan}`;
    const dashboard = factsOf(randomUUID(), world.zoe, terms!.terms);
    await mirrorSubscription(world.worker, dashboard, await databaseClock(world.worker));
    expect(await attach(world, second.head, second.id)).toBe('rejected: already_subscribed');
    const left = await world.worker`
      select e.subject from bursar.errands e join bursar.wallets w on w.id = e.wallet_id
      where w.owner = ${world.zoe} and e.kind = 'close_page' order by e.subject`;
    expect(left.map(({ subject }) => subject)).toEqual(
      [`cs_${first.id}`, `cs_${second.id}`].toSorted(),
    );
  });

  it('lets two orders at once leave one page', async () => {
    const world = await worlds.newWorld();
    const plan = await planned();
    const orders = await Promise.all([1, 2, 3, 4].map(() => opening(world, plan)));
    const codes = await Promise.all(orders.map(({ head, id }) => attach(world, head, id)));
    expect(codes.filter((code) => code === 'applied')).toHaveLength(1);
    expect(codes.filter((code) => code === 'rejected: order_replaced')).toHaveLength(3);
  });
});

describe('a wallet that was subscribed twice all the same', () => {
  /** The page of the first order was paid although a later order had taken its place. */
  const bothPaid = async (world: World) => {
    const name = randomUUID();
    const item = `si_${name}`;
    const head = newHead();
    await putPlan(ingress(), planOf({ id: `p-${name.slice(0, 8)}` }));
    const order = { wallet: world.zoe, plan: `p-${name.slice(0, 8)}`, quantity: 1 };
    const opened = await openSubscription(world.worker, head, order);
    if (opened.verdict !== 'pending') throw new Error(JSON.stringify(opened));
    const second = String(opened.result['subscription']);
    const checkout = { session: `cs_${name}`, url: 'http://localhost/pay', customer: 'cus_1' };
    await attachSubscriptionCheckout(world.worker, head, second, checkout);
    const first = await subscribed(world.worker, ingress(), world.zoe);
    const facts = { ...factsOf(name, world.zoe, TERMS), subscription: second, item };
    for (let times = 0; times < 2; times += 1) {
      await mirrorSubscription(world.worker, facts, await databaseClock(world.worker));
    }
    return { first, second, item, stripeId: facts.stripe_subscription };
  };

  it('grants nothing for the later one, ends it and pays it back, and shows it to operators', async () => {
    const world = await worlds.newWorld();
    const { first, second, item, stripeId } = await bothPaid(world);
    const invoice = `in_${randomUUID()}`;
    const bill = { invoice, payment_intents: ['pi_second'] };
    const settle = async () =>
      settleInvoice(
        world.worker,
        second,
        invoiceOf(bill),
        [lineOf(item, 0)],
        await databaseClock(world.worker),
      );
    const id = await settle();
    await settle();
    expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n });
    const errands = (await findErrands(world.worker, 1_000)).filter(
      ({ wallet }) => wallet === world.zoe,
    );
    expect(errands.map(({ kind, subject }) => [kind, subject])).toEqual([
      ['close_page', `cs_${stripeId.slice(4)}`],
      ['end_subscription', stripeId],
      ['refund_bill', invoice],
    ]);
    const shown = async () =>
      (await readAttention(ingress())).filter((one) => 'wallet' in one && one.wallet === world.zoe);
    expect(await shown()).toMatchObject([
      { kind: 'subscription_doubled', other: toPublicId('sbs', first), ended: false, kept: 1_000n },
    ]);
    const money = { returned: 1_000, paid: 1_000 };
    await takeBackInvoice(
      world.worker,
      id,
      money,
      'refund',
      'Refunded',
      7,
      await databaseClock(world.worker),
    );
    expect(await shown()).toMatchObject([{ kept: 0n }]);
  });

  it('leaves to an operator what was not paid through Stripe', async () => {
    const world = await worlds.newWorld();
    const { second, item } = await bothPaid(world);
    await settleInvoice(
      world.worker,
      second,
      invoiceOf({ out_of_band: true }),
      [lineOf(item, 0)],
      await databaseClock(world.worker),
    );
    const shown = (await readAttention(ingress())).filter(
      (one) => 'wallet' in one && one.wallet === world.zoe,
    );
    expect(shown.map(({ kind }) => kind)).toEqual(['subscription_doubled', 'payment_in_review']);
    expect(await world.balance(world.zoe)).toMatchObject({ credits: 0n });
  });

  it('is no mistake when an operator made the second one in the dashboard', async () => {
    const world = await worlds.newWorld();
    await subscribed(world.worker, ingress(), world.zoe);
    const [plan] = await readPlans(ingress());
    const facts = factsOf(randomUUID(), world.zoe, { ...TERMS, plan: String(plan?.id) });
    const second = await mirrorSubscription(world.worker, facts, await databaseClock(world.worker));
    await settleInvoice(
      world.worker,
      String(second),
      invoiceOf(),
      [lineOf(facts.item, 0)],
      await databaseClock(world.worker),
    );
    expect(await world.balance(world.zoe)).toMatchObject({ credits: credits(100) });
  });
});

import { randomBytes } from 'node:crypto';
import { newUser } from '../harness/people.ts';
import { newPlan, orderPlan, subscribe } from '../harness/subscriber.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { placeOrder } from '../harness/checkout-visitor.ts';
import type { WholeSystem } from '../harness/whole-system.ts';
import { atStripe, bought, ordered, untilBalance } from './reconciling.ts';
import type { SeededFault } from './seeded-faults.ts';

/** A code of Stripe's that takes so many percent off. */
async function newCode(
  system: WholeSystem,
  percent: string,
  limits: Record<string, string> = {},
): Promise<{ id: string; code: string }> {
  const coupon = await atStripe(system, '/v1/coupons', { percent_off: percent, duration: 'once' });
  const code = `OFF-${randomBytes(4).toString('hex')}`;
  return atStripe(system, '/v1/promotion_codes', {
    'promotion[type]': 'coupon',
    'promotion[coupon]': coupon.id,
    code,
    ...limits,
  });
}

/** Buys with a code that is typed on the hosted page. */
async function boughtWith(system: WholeSystem, code: string): Promise<{ session: string }> {
  const order = await ordered(system);
  const paid = await system.emulator.pay(order.session, { promotion_code: code });
  if (paid.status !== 200) throw new Error(paid.text);
  await untilBalance(system, order.wallet, '500');
  await untilQuiet(system, 60_000);
  return order;
}

/** Puts the emulator's object in another state behind everybody's back. */
const overwritten = async (
  system: WholeSystem,
  id: string,
  set: Record<string, string | number>,
): Promise<void> => {
  const response = await fetch(`${system.emulator.url}/_emu/objects/${id}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ set }),
  });
  if (!response.ok) throw new Error(await response.text());
};

export const CODES_REPAIRED: readonly SeededFault[] = [
  {
    what: 'a code of an order whose use was not noted',
    finds: 'PROMOTION_NOT_COUNTED',
    async seed(system) {
      const { session } = await boughtWith(system, (await newCode(system, '20')).code);
      await system.database
        .db`delete from bursar.promotion_uses where checkout_session = ${session}`;
      return null;
    },
  },
  {
    what: 'a code of a subscription whose use was not noted',
    finds: 'PROMOTION_NOT_COUNTED',
    async seed(system) {
      const { code } = await newCode(system, '50');
      const wallet = await newUser(system.api);
      const { session } = await orderPlan(system, { wallet, plan: await newPlan(system) });
      await system.emulator.pay(session, { promotion_code: code });
      await untilBalance(system, wallet, '100');
      await untilQuiet(system, 60_000);
      const noted = await system.database.db`
        delete from bursar.promotion_uses where checkout_session = ${session} returning 1`;
      if (noted.length !== 1) throw new Error('The use of the code was not noted.');
      return null;
    },
  },
  {
    what: 'a bonus code set aside for an order that never got a page',
    finds: 'STALE_RESERVATION',
    async seed(system) {
      const code = `B-${randomBytes(4).toString('hex')}`;
      const terms = { code, bonus_percent: 20, lifetime_days: 90 };
      await system.api.post('/v1/bonus-codes', terms, { key: null, wait: null });
      const wallet = await newUser(system.api);
      const order = await placeOrder(system.api, {
        wallet,
        pack: 'starter',
        promotion_code: code,
      });
      await system.emulator.expire(order.session);
      await untilQuiet(system, 60_000);
      await system.database.db`
        update bursar.bonus_redemptions set status = 'reserved', settled_at = null
        where purchase_id = (select id from bursar.purchases where checkout_session = ${order.session})`;
      return null;
    },
  },
];

export const CODES_LEFT_TO_PEOPLE: readonly SeededFault[] = [
  {
    what: 'an edited discount',
    finds: 'DISCOUNT_MISMATCH',
    async seed(system) {
      const { session } = await boughtWith(system, (await newCode(system, '20')).code);
      const change = (by: number) => system.database.db`
        update bursar.purchases set discount = discount + ${by} where checkout_session = ${session}`;
      await change(5);
      return () => change(-5);
    },
  },
  {
    what: 'a use of a code that Stripe does not count',
    finds: 'PROMOTION_MISCOUNT',
    async seed(system) {
      const { id } = await newCode(system, '20');
      await system.database.db`
        insert into bursar.promotion_uses (checkout_session, stripe_promotion) values ('cs_never', ${id})`;
      return () => system.database.db`
        delete from bursar.promotion_uses where checkout_session = 'cs_never'`;
    },
  },
  {
    what: 'a use of a code on another page of the same account',
    finds: 'PROMOTION_MISCOUNT',
    async seed(system) {
      const { id } = await newCode(system, '100');
      const page = await atStripe(system, '/v1/checkout/sessions', {
        mode: 'payment',
        'discounts[0][promotion_code]': id,
        'line_items[0][quantity]': '1',
        'line_items[0][price_data][currency]': 'usd',
        'line_items[0][price_data][unit_amount]': '900',
        'line_items[0][price_data][product_data][name]': 'A workshop',
        success_url: 'https://example.com/',
      });
      const paid = await system.emulator.pay(page.id);
      if (paid.status !== 200) throw new Error(paid.text);
      return () => system.database.db`
        insert into bursar.promotion_uses (checkout_session, stripe_promotion) values ('cs_workshop', ${id})`;
    },
  },
  {
    what: 'a code that was used up twice over, by a page and by an order it made free',
    finds: 'CODE_OVER_LIMIT',
    async seed(system) {
      const { id, code } = await newCode(system, '100', { max_redemptions: '1' });
      const late = await ordered(system);
      const free = { wallet: await newUser(system.api), pack: 'starter', promotion_code: code };
      const { purchase } = await system.api.run('/v1/purchases', free);
      if (purchase.status !== 'paid') throw new Error(JSON.stringify(purchase));
      await system.emulator.pay(late.session, { promotion_code: code });
      await untilBalance(system, late.wallet, '500');
      return () => system.database.db`
        delete from bursar.promotion_redemptions where stripe_promotion = ${id}`;
    },
  },
  {
    what: 'a bill that says another sum than was charged for it',
    finds: 'AMOUNT_MISMATCH',
    async seed(system) {
      const subscriber = await subscribe(system, await newPlan(system));
      const { latest_invoice: bill } = await system.emulator.stripe(
        `/v1/subscriptions/${subscriber.subscription}`,
      );
      await overwritten(system, bill, { amount_paid: 900 });
      return () => overwritten(system, bill, { amount_paid: 1_000 });
    },
  },
  {
    what: 'a period whose bill was not paid',
    finds: 'EXTRA_PERIOD_GRANT',
    async seed(system) {
      const subscriber = await subscribe(system, await newPlan(system));
      const { latest_invoice: bill } = await system.emulator.stripe(
        `/v1/subscriptions/${subscriber.subscription}`,
      );
      await overwritten(system, bill, { status: 'void' });
      return () => overwritten(system, bill, { status: 'paid' });
    },
  },
  {
    what: 'a period that its bill does not name',
    finds: 'EXTRA_PERIOD_GRANT',
    async seed(system) {
      const { wallet } = await bought(system);
      await subscribe(system, await newPlan(system), { wallet });
      const { db } = system.database;
      const [period] = await db`
        select p.id, p.line from bursar.subscription_periods p
        join bursar.wallets w on w.id = p.wallet_id where w.owner = ${wallet}`;
      await db`update bursar.subscription_periods set line = 'il_none' where id = ${period?.['id']}`;
      return () => db`
        update bursar.subscription_periods set line = ${period?.['line']} where id = ${period?.['id']}`;
    },
  },
];

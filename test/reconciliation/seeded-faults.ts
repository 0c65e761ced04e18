import { atStripe, bought, chargeOf, ordered, untilBalance } from './reconciling.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { newUser } from '../harness/people.ts';
import { newPlan, orderPlan, subscribe } from '../harness/subscriber.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import type { WholeSystem } from '../harness/whole-system.ts';

/** A fault made behind the system's back, and how it is taken away where no run may repair it. */
export interface SeededFault {
  what: string;
  finds: string;
  seed: (system: WholeSystem) => Promise<(() => Promise<unknown>) | null>;
}

/** Does something at Stripe whose events are taken for handled although nothing came of them. */
export async function unheard<Value>(
  system: WholeSystem,
  act: () => Promise<Value>,
): Promise<Value> {
  await system.emulator.deliveries('drop');
  try {
    const value = await act();
    const { data } = await system.emulator.stripe('/v1/events?limit=100');
    for (const event of data) {
      await system.database.db`
        insert into bursar.stripe_events (id, type, object_id, livemode, status, processed_at)
        values (${event.id}, ${event.type}, ${event.data.object.id}, false, 'processed', now())
        on conflict (id) do nothing`;
    }
    return value;
  } finally {
    await system.emulator.deliveries('normal');
  }
}

const SAVES_THEN_DECLINES = '4000000000000341';

const CARD = {
  currency: 'usd',
  payment_method: 'pm_card_visa',
  confirm: 'true',
  'automatic_payment_methods[enabled]': 'true',
  'automatic_payment_methods[allow_redirects]': 'never',
};

/** Changes a row and answers how to change it back. */
async function edited(
  system: WholeSystem,
  change: string,
  back: string,
): Promise<() => Promise<unknown>> {
  await system.database.db.unsafe(change);
  return () => system.database.db.unsafe(back);
}

export const REPAIRED: readonly SeededFault[] = [
  {
    what: 'a dropped grant',
    finds: 'MISSING_GRANT',
    async seed(system) {
      const order = await ordered(system);
      await unheard(system, () => system.emulator.pay(order.session));
      return null;
    },
  },
  {
    what: 'a claw that was never made',
    finds: 'REFUND_NOT_CLAWED',
    async seed(system) {
      const { charge } = await bought(system);
      await unheard(system, () => system.emulator.refund(charge, 200));
      return null;
    },
  },
  {
    what: 'a won dispute that restored nothing',
    finds: 'CLAW_NOT_RESTORED',
    async seed(system) {
      const { charge, wallet } = await bought(system);
      await system.emulator.dispute(charge);
      await untilBalance(system, wallet, '0');
      await untilQuiet(system, 60_000);
      await unheard(system, () => system.emulator.dispute(charge, 'won'));
      return null;
    },
  },
  {
    what: 'a declined top-up that was paid after all',
    finds: 'TOP_UP_UNSETTLED',
    async seed(system) {
      const owner = await newToppedUpWallet(system, SAVES_THEN_DECLINES);
      await owner.spend('40');
      await owner.becomes('waiting');
      await untilQuiet(system, 60_000);
      const [payment] = await owner.payments();
      const path = `/v1/payment_intents/${payment?.id}/confirm`;
      await unheard(system, () => atStripe(system, path, { payment_method: 'pm_card_visa' }));
      return null;
    },
  },
  {
    what: 'a stale subscription',
    finds: 'SUB_DRIFT',
    async seed(system) {
      const { subscription } = await subscribe(system, await newPlan(system));
      await untilQuiet(system, 60_000);
      await system.database.db`
        update bursar.subscriptions set status = 'past_due' where stripe_subscription = ${subscription}`;
      return null;
    },
  },
  {
    what: 'a bill whose period was not granted',
    finds: 'MISSING_PERIOD_GRANT',
    async seed(system) {
      const wallet = await newUser(system.api);
      const { session } = await orderPlan(system, { wallet, plan: await newPlan(system) });
      await unheard(system, () => system.emulator.pay(session));
      return null;
    },
  },
  {
    what: 'an order that outlived its page',
    finds: 'STALE_ORDER',
    async seed(system) {
      const order = await ordered(system);
      await unheard(system, () => system.emulator.expire(order.session));
      return null;
    },
  },
  {
    what: 'a settlement that was not booked',
    finds: 'CASH_NOT_BOOKED',
    async seed(system) {
      const order = await bought(system);
      const { balance_transaction: id } = await system.emulator.stripe(
        `/v1/charges/${await chargeOf(system, order)}`,
      );
      const { db } = system.database;
      await db`delete from bursar.cash_entries where booking = ${id}`;
      await db`delete from bursar.cash_bookings where id = ${id}`;
      return null;
    },
  },
];

export const LEFT_TO_PEOPLE: readonly SeededFault[] = [
  {
    what: 'an orphan charge',
    finds: 'ORPHAN_CHARGE',
    async seed(system) {
      const intent = await atStripe(system, '/v1/payment_intents', { ...CARD, amount: '700' });
      return () => system.emulator.refund(intent.latest_charge);
    },
  },
  {
    what: 'a double charge',
    finds: 'DOUBLE_CHARGE',
    async seed(system) {
      const { id } = await bought(system);
      const again = { ...CARD, amount: '500', 'metadata[purchase]': id };
      const intent = await atStripe(system, '/v1/payment_intents', again);
      return () => system.emulator.refund(intent.latest_charge);
    },
  },
  {
    what: 'an edited amount',
    finds: 'AMOUNT_MISMATCH',
    async seed(system) {
      const { session } = await bought(system);
      const where = `where checkout_session = '${session}'`;
      return edited(
        system,
        `update bursar.purchases set paid_total = paid_total - 100 ${where}`,
        `update bursar.purchases set paid_total = paid_total + 100 ${where}`,
      );
    },
  },
  {
    what: 'a grant that nobody paid',
    finds: 'GRANT_WITHOUT_PAYMENT',
    async seed(system) {
      const { session } = await bought(system);
      return edited(
        system,
        `update bursar.purchases set checkout_session = 'cs_none' where checkout_session = '${session}'`,
        `update bursar.purchases set checkout_session = '${session}' where checkout_session = 'cs_none'`,
      );
    },
  },
  {
    what: 'an edited cash book',
    finds: 'CASH_MISMATCH',
    async seed(system) {
      const { charge } = await bought(system);
      const { balance_transaction: id } = await system.emulator.stripe(`/v1/charges/${charge}`);
      const change = (by: number) => `
        update bursar.cash_entries set amount = amount + case account when 'balance' then ${by} else ${-by} end
        where booking = '${id}' and account in ('balance', 'clearing')`;
      return edited(system, change(1), change(-1));
    },
  },
];

import { expect } from 'vitest';
import { until } from '../harness/until.ts';
import { untilQuiet } from '../harness/until-quiet.ts';
import { newPlan, orderPlan } from '../harness/subscriber.ts';
import { newUser } from '../harness/people.ts';
import { newToppedUpWallet } from '../harness/topped-up-wallet.ts';
import type { Answered } from '../harness/system-api.ts';
import type { WholeSystem } from '../harness/whole-system.ts';
import { chargeOf, ordered } from './reconciling.ts';

/** What happens to a payment of 5.00 usd for 500 credits, and what must be left of them. */
export interface Life {
  refunds: readonly number[];
  dispute: 'won' | 'lost' | null;
  left: string;
}

export const LIVES: readonly Life[] = [
  { refunds: [], dispute: null, left: '500' },
  { refunds: [167, 167], dispute: null, left: '166' },
  { refunds: [200, 300], dispute: null, left: '0' },
  { refunds: [], dispute: 'won', left: '500' },
  { refunds: [], dispute: 'lost', left: '0' },
  { refunds: [200], dispute: 'lost', left: '0' },
  { refunds: [200], dispute: 'won', left: '300' },
];

/** Something that is about to be paid; `pay` answers with the charge. */
interface Sale {
  wallet: string;
  pay(): Promise<string>;
}

/** The ways in which credits are paid for. Each brings 500 of them to a wallet of its own, for 5.00 usd. */
export const SALES = {
  async order(system: WholeSystem): Promise<Sale> {
    const order = await ordered(system);
    return {
      wallet: order.wallet,
      async pay() {
        await system.emulator.pay(order.session);
        return chargeOf(system, order);
      },
    };
  },
  /** Ana has spent what she had, and her agreement buys once. */
  async 'top-up'(system: WholeSystem): Promise<Sale> {
    const ana = await newToppedUpWallet(system, '4242424242424242', { amount: '500' });
    await ana.spend('30');
    await untilQuiet(system, 60_000);
    return {
      wallet: ana.wallet,
      async pay() {
        await ana.spend('20');
        const paid = await until('it is charged', async () =>
          (await ana.payments()).find(({ status }) => status === 'succeeded'),
        );
        // What goes back would let it buy again.
        const path = `/v1/wallets/${ana.wallet}/auto-top-up`;
        const ended = await system.api.put(path, { enabled: false }, { actAs: ana.wallet });
        expect(ended.status, ended.text).toBe(200);
        return paid.latest_charge;
      },
    };
  },
  async subscription(system: WholeSystem): Promise<Sale> {
    const plan = await newPlan(system, {
      credits: '500',
      price: { amount: 500, currency: 'usd' },
    });
    const wallet = await newUser(system.api);
    const { session } = await orderPlan(system, { wallet, plan });
    return {
      wallet,
      async pay() {
        await system.emulator.pay(session);
        const { customer } = await system.emulator.stripe(`/v1/checkout/sessions/${session}`);
        const { data } = await system.emulator.stripe(`/v1/charges?customer=${customer}`);
        return data[0].id;
      },
    };
  },
} as const;

export type SaleKind = keyof typeof SALES;

/** Lives through it at Stripe while nothing is delivered; answers the events, the oldest first. */
export async function liveThrough(
  system: WholeSystem,
  kind: SaleKind,
  life: Life,
): Promise<{ wallet: string; events: string[] }> {
  const sale = await SALES[kind](system);
  await untilQuiet(system, 60_000);
  const before = new Set((await system.emulator.delivered()).map(({ event }) => event));
  await system.emulator.deliveries('drop');
  const charge = await sale.pay();
  for (const amount of life.refunds) await system.emulator.refund(charge, amount);
  if (life.dispute !== null) {
    await system.emulator.dispute(charge);
    await system.emulator.dispute(charge, life.dispute);
  }
  const events = new Set((await system.emulator.delivered()).map(({ event }) => event));
  await system.emulator.deliveries('normal');
  return {
    wallet: sale.wallet,
    events: [...events].filter((event) => !before.has(event)).toReversed(),
  };
}

/** All that is left of it, without ids and times: how it was told must make no difference. */
export async function remainsOf(system: WholeSystem, wallet: string): Promise<object> {
  const { balance, owed } = await system.api.wallet(wallet);
  const { body } = await system.api.get(`/v1/wallets/${wallet}/payments`);
  const book = await system.database.db<{ entry: string }[]>`
    with paid as (
      select p.payment_intent as id from bursar.purchases p
      join bursar.wallets w on w.id = p.wallet_id where w.owner = ${wallet}
      union
      select unnest(i.payment_intents) from bursar.subscription_invoices i
      join bursar.wallets w on w.id = i.wallet_id where w.owner = ${wallet}
    )
    select concat_ws(' ', b.kind, split_part(b.leg, ':', 1), b.category, e.account, e.amount, e.currency) as entry
    from bursar.cash_bookings b
    join bursar.cash_entries e on e.booking = b.id
    where b.payment_intent in (select id from paid)
    order by entry`;
  return {
    balance,
    owed,
    payments: body.data.map(paymentSeen),
    book: book.map(({ entry }) => entry),
  };
}

const paymentSeen = ({ kind, status, total, paid, credits, taken_back }: Answered['body']) => ({
  kind,
  status,
  total,
  paid,
  credits,
  taken_back,
});

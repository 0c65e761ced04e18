import { randomUUID } from 'node:crypto';
import { MICRO_PER_CREDIT } from '@bursar/contracts';
import { databaseClock, settleInvoice, takeBackInvoice } from '@bursar/ledger/operations';
import { putUser } from '@bursar/ledger/reads';
import { subscribed } from '../subscription-fixtures.ts';
import { command, type Pools } from './random-steps.ts';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

/** Two periods, of which the second carried a part of the first on, and a refund of half of it. */
export async function subscribe(pools: Pools): Promise<void> {
  const { worker } = pools;
  await putUser(pools.ingress, { id: 'subscriber' });
  const subscription = await subscribed(worker, pools.ingress, 'user:subscriber');
  const line = {
    item: 'si_purpose',
    price: 'price_purpose',
    kind: 'period' as const,
    plan: 'purpose',
    quantity: 1,
    unit_credits: (100n * MICRO_PER_CREDIT).toString(),
    credits: (100n * MICRO_PER_CREDIT).toString(),
    paid: 1_000,
    rollover_cap: (30n * MICRO_PER_CREDIT).toString(),
  };
  const invoices: string[] = [];
  for (const month of [0, 1]) {
    const [from, to] = [inDays(month * 30 - 30), inDays(month * 30)];
    const period = {
      line: `il_${month}`,
      period_start: from,
      period_end: to,
      expires_at: inDays(month * 30 + 3),
    };
    const invoice = await settleInvoice(
      worker,
      subscription,
      { ...INVOICE, invoice: `in_purpose_${month}`, invoiced_at: from },
      [{ ...line, ...period }],
      await databaseClock(worker),
    );
    invoices.push(invoice);
    await command(pools, {
      type: 'hold',
      wallet: 'user:subscriber',
      amount: MICRO_PER_CREDIT.toString(),
      product: 'ide',
      expires_in: 900,
    });
  }
  const money = { returned: 500, paid: 1_000 };
  const readAt = await databaseClock(worker);
  await takeBackInvoice(worker, String(invoices[1]), money, 'refund', 'Refunded', 7, readAt);
}

const INVOICE = {
  number: 'A-1',
  status: 'paid',
  reason: 'subscription_cycle',
  currency: 'usd',
  total: 1_000,
  tax: 0,
  paid: 1_000,
  out_of_band: false,
  payment_intents: [`pi_${randomUUID()}`],
  attempts: 0,
  next_attempt_at: null,
  review_reason: null,
};

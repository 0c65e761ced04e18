/* oxlint-disable typescript/no-unsafe-type-assertion -- only what settling a bill asks for is there */
import type { InvoiceState, PaymentGateway } from '@bursar/payments';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { putUser } from '@bursar/ledger/reads';
import { createTestDatabase, type TestDatabase } from '../../../test/harness/ledger-database.ts';
import { expectSoundLedger } from '../../../test/harness/sound-ledger.ts';
import { settleInvoice } from '../src/subscriptions/settle-invoice.ts';
import type { WorkerContext } from '../src/worker-context.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const TERMS = {
  plan: 'pro',
  name: 'Pro',
  credits: '100000000',
  amount: 1_000,
  currency: 'usd',
  every: 'month',
  lookup_key: 'bursar_pro',
  rollover_cap: '0',
  grace_hours: 72,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'difference',
} as const;
const SOLD = { subscription: null, wallet: 'user:zoe', plan: 'pro', terms: TERMS };
const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString();

const SUBSCRIPTION = {
  id: 'sub_1',
  sold: SOLD,
  status: 'active',
  customer: 'cus_1',
  quantity: 1,
  item: 'si_1',
  price: 'price_1',
  lookupKey: 'bursar_pro',
  discounts: [],
  periodStart: inDays(0),
  periodEnd: inDays(30),
  trialEnd: null,
  cancelAt: null,
  canceledAt: null,
  endedAt: null,
  latestInvoice: 'in_1',
  schedule: null,
  next: null,
};

const billOf = (credited: number): InvoiceState => ({
  id: 'in_1',
  subscription: 'sub_1',
  sold: SOLD,
  number: 'A-1',
  status: 'paid',
  reason: 'subscription_create',
  currency: 'usd',
  total: 1_000,
  tax: 0,
  paid: 1_000,
  outOfBand: true,
  credited,
  paymentIntents: [],
  attempts: 0,
  nextAttemptAt: null,
  createdAt: SUBSCRIPTION.periodStart,
  lines: [
    {
      id: 'il_1',
      item: 'si_1',
      price: 'price_1',
      amount: 1_000,
      discount: 0,
      quantity: 1,
      proration: false,
      start: SUBSCRIPTION.periodStart,
      end: SUBSCRIPTION.periodEnd,
    },
  ],
  lookupKeys: new Map([['price_1', 'bursar_pro']]),
});

/** A worker to whom Stripe shows the bill that `readInvoice` answers with. */
const workerSeeing = (readInvoice: () => Promise<InvoiceState>): WorkerContext => {
  const subscriptions: Partial<PaymentGateway['subscriptions']> = {
    read: () => Promise.resolve(SUBSCRIPTION),
    readInvoice,
    invoiceReturns: ({ credited }) =>
      Promise.resolve({ paid: 1_000, refunded: 0, disputed: 0, credited }),
  };
  return {
    db: database.connect('bursar_worker'),
    payments: { subscriptions },
    policy: { graceDays: 7 },
  } as unknown as WorkerContext;
};

test('a worker that read a bill before its credit note does not undo what the note took', async () => {
  await putUser(database.db, { id: 'zoe' });
  const balance = async () => {
    const [row] = await database.db<{ credits: bigint }[]>`
      select credits from bursar.wallets where owner = 'user:zoe'`;
    return row?.credits;
  };
  await settleInvoice(
    workerSeeing(() => Promise.resolve(billOf(0))),
    'in_1',
  );
  expect(await balance()).toBe(100_000_000n);
  const slow = workerSeeing(async () => {
    const before = billOf(0);
    // While its answer is on its way, the note is written and another worker handles it.
    await settleInvoice(
      workerSeeing(() => Promise.resolve(billOf(1_000))),
      'in_1',
    );
    expect(await balance()).toBe(0n);
    return before;
  });
  await settleInvoice(slow, 'in_1');
  expect(await balance()).toBe(0n);
  await expectSoundLedger(database);
});

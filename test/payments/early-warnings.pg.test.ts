import { randomUUID } from 'node:crypto';
import { toPublicId } from '@bursar/contracts';
import {
  attachCheckout,
  closePurchase,
  fulfilPurchase,
  openPurchase,
  type Database,
} from '@bursar/ledger/operations';
import { listPaymentWarnings, putUser, readOperations, readWallet } from '@bursar/ledger/reads';
import { startStripeEmulator } from '@bursar/stripe-emulator';
import { Stripe } from 'stripe';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStripe, type PaymentGateway } from '../../packages/payments/src/index.ts';
import { micro, newHead } from '../../packages/ledger/test/reads-fixtures.ts';
import {
  decodeOperationId,
  operationId,
} from '../../services/ingress/src/operations/operation-id.ts';
import { deriveSecrets } from '../../services/ingress/src/service/secrets.ts';
import {
  followFraudWarning,
  followReview,
} from '../../services/worker/src/purchases/follow-warnings.ts';
import type { WorkerContext } from '../../services/worker/src/worker-context.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';

const KEY = 'sk_test_tests';
const WARNED_OF = 'pm_card_createIssuerFraudRecord';
const REVIEWED = 'pm_card_riskLevelElevated';

describe('a warning of a payment that the ledger does not know yet', () => {
  let database: TestDatabase;
  let worker: Database;
  let ingress: Database;
  let emulator: Awaited<ReturnType<typeof startStripeEmulator>>;
  let payments: PaymentGateway;
  let stripe: Stripe;
  beforeAll(async () => {
    database = await createTestDatabase();
    worker = database.connect('bursar_worker');
    ingress = database.connect('bursar_ingress');
    emulator = await startStripeEmulator({ port: 0 });
    payments = connectStripe({ secretKey: KEY, apiUrl: emulator.url });
    stripe = new Stripe(KEY, { host: '127.0.0.1', port: emulator.port, protocol: 'http' });
  });
  afterAll(async () => {
    await emulator.stop();
    await expectSoundLedger(database);
    await database.drop();
  });

  const workerThat = (fraudWarnings: 'freeze' | 'refund'): WorkerContext =>
    ({
      db: worker,
      payments,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      policy: { fraudWarnings, refundWindowDays: 0, graceDays: 7 },
    }) as unknown as WorkerContext;

  /** An order of 10 credits for ten dollars with a page, and the rest of its life. */
  const ordered = async () => {
    const id = randomUUID();
    await putUser(ingress, { id });
    const wallet = `user:${id}`;
    const head = newHead();
    const order = { wallet, credits: micro(10), subtotal: 1_000, currency: 'usd' };
    const opened = await openPurchase(worker, head, order, 12);
    if (opened.verdict !== 'pending') throw new Error(`Not opened: ${opened.verdict}`);
    const purchase = String(opened.result['purchase']);
    const session = `cs_${purchase}`;
    const { id: customer } = await stripe.customers.create({});
    const page = { session, url: 'http://localhost/pay', customer, discount: 0, promotion: null };
    await attachCheckout(worker, head, purchase, page);
    const warned = async (metadata: Record<string, string>, method: string) => {
      const card = await stripe.paymentMethods.attach(method, { customer });
      return stripe.paymentIntents.create({
        amount: 1_000,
        currency: 'usd',
        customer,
        payment_method: card.id,
        confirm: true,
        automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
        metadata,
      });
    };
    return {
      wallet,
      purchase,
      session,
      warned,
      warnings: async () => (await listPaymentWarnings(ingress, wallet)).map(({ kind }) => kind),
    };
  };
  const warningOf = async (payment: Stripe.PaymentIntent): Promise<string> => {
    const { data } = await stripe.radar.earlyFraudWarnings.list({ payment_intent: payment.id });
    return data[0]?.id ?? expect.fail('There is no warning.');
  };

  it.each(['purchase', 'attempt'] as const)(
    'is not lost, whether an order or a top-up was paid (%s)',
    async (name) => {
      const { purchase, warned, warnings } = await ordered();
      const metadata: Record<string, string> =
        name === 'purchase'
          ? { kind: 'order', purchase: toPublicId('pur', purchase) }
          : { kind: 'auto_topup', attempt: purchase };
      const reviewed = await warned(metadata, REVIEWED);
      const { review } = await stripe.paymentIntents.retrieve(reviewed.id);
      const id = typeof review === 'string' ? review : expect.fail('It has no review.');
      expect(await followReview(workerThat('freeze'), id)).toBe('processed');
      const warning = await warningOf(await warned(metadata, WARNED_OF));
      expect(await followFraudWarning(workerThat('freeze'), warning)).toBe('processed');
      expect((await warnings()).toSorted()).toEqual(['fraud_warning', 'review']);
    },
  );

  it('is nobody’s where the metadata names no order', async () => {
    const { warned } = await ordered();
    for (const metadata of [{}, { attempt: 'of somebody else' }, { attempt: randomUUID() }]) {
      const warning = await warningOf(await warned(metadata, WARNED_OF));
      expect(await followFraudWarning(workerThat('refund'), warning)).toBe('ignored');
    }
  });

  it('gives the money back once it is settled, also of a page that was taken for unpaid', async () => {
    const { wallet, purchase, session, warned } = await ordered();
    const payment = await warned({ purchase: toPublicId('pur', purchase) }, WARNED_OF);
    const warning = await warningOf(payment);
    await closePurchase(worker, session, 'expired');
    const refunding = workerThat('refund');
    await expect(followFraudWarning(refunding, warning)).rejects.toThrow('not settled yet');
    const paid = { session, paidTotal: 1_000, discount: 0, promotion: null };
    await fulfilPurchase(worker, { ...paid, paymentIntent: payment.id });
    for (let told = 0; told < 2; told += 1) {
      expect(await followFraudWarning(refunding, warning)).toBe('processed');
    }
    const { data } = await stripe.refunds.list({ payment_intent: payment.id });
    expect(data.map(({ amount }) => amount)).toEqual([1_000]);
    expect(await readWallet(ingress, wallet)).toMatchObject({ balance: 0n, owed: 0n });

    const [refund] = await database.db<{ operation: string }[]>`
      select operation from bursar.purchase_refunds where purchase_id = ${purchase}::uuid`;
    const key = refund?.operation ?? '';
    const operation = (await readOperations(ingress, [key])).get(key);
    if (operation === undefined) throw new Error('The refund has no operation.');
    // Operators are shown its public id, which must lead back to it.
    const secrets = deriveSecrets('of this test alone, and long enough');
    const id = operationId(secrets, { ...operation, key });
    expect(decodeOperationId(secrets, id)?.key).toBe(key);
  });
});

import { randomUUID } from 'node:crypto';
import {
  attachCheckout,
  bookCash,
  databaseClock,
  fulfilPurchase,
  openPurchase,
  readUnclearedCash,
  settleInvoice,
  type Database,
} from '@bursar/ledger/operations';
import { putUser } from '@bursar/ledger/reads';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { micro, newHead } from '../../packages/ledger/test/reads-fixtures.ts';
import { invoiceOf, subscribed } from '../../packages/ledger/test/subscription-fixtures.ts';
import {
  cashBookingsOf,
  type PaymentCash,
} from '../../packages/payments/src/cash/cash-bookings.ts';
import { bookAccountMoves } from '../../services/worker/src/cash/book-account-moves.ts';
import { proveMoney } from '../../services/worker/src/reconciliation/prove-money.ts';
import { createTestDatabase, type TestDatabase } from '../harness/ledger-database.ts';
import { expectSoundLedger } from '../harness/sound-ledger.ts';
import { cashStory, type CashStory } from './cash/cash-story.ts';
import { clerkStatement } from './cash/clerk-statement.ts';
import { StripeAccount } from './cash/stripe-account.ts';

const RUNS = Number(process.env['FC_RUNS'] ?? 40);
const LIMIT_MS = 300_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('the cash book', { timeout: LIMIT_MS }, () => {
  let database: TestDatabase;
  let worker: Database;
  let ingress: Database;
  beforeAll(async () => {
    database = await createTestDatabase();
    worker = database.connect('bursar_worker');
    ingress = database.connect('bursar_ingress');
  });
  afterAll(async () => {
    await expectSoundLedger(database);
    await database.drop();
  });

  /** Stories follow each other in time, so that each has days of its own; what one leaves the next begins with. */
  let begin = new Date('2001-01-01T03:00:00Z');
  let carried: Readonly<Record<string, number>> = {};
  const nextStory = (story: CashStory) => {
    const account = new StripeAccount(randomUUID().slice(0, 8), story, begin);
    const opening = carried;
    begin = new Date(Math.ceil(account.end.getTime() / DAY_MS) * DAY_MS + 3 * 60 * 60 * 1_000);
    carried = addUp(
      carried,
      Object.entries(account.books).flatMap(([key, sum]) =>
        key.startsWith('balance ') ? [[key.slice('balance '.length), sum] as const] : [],
      ),
    );
    return { account, opening };
  };

  /** The ledger's side of every payment: an order that is granted, or a bill that is settled. */
  const sell = async ({ payments }: StripeAccount): Promise<void> => {
    for (const { story, look } of payments) {
      const id = `cash-${randomUUID()}`;
      await putUser(ingress, { id });
      const wallet = `user:${id}`;
      if (story.sells === 'order') await sellOrder(wallet, story.price, look.paymentIntent);
      else await sellBill(wallet, story.price, look.paymentIntent);
    }
  };
  const sellOrder = async (wallet: string, subtotal: number, paymentIntent: string) => {
    const [head, session] = [newHead(), `cs_${paymentIntent}`];
    const order = { wallet, credits: micro(10), subtotal, currency: 'usd' };
    const opened = await openPurchase(worker, head, order, 12);
    if (opened.verdict !== 'pending') throw new Error(`Not opened: ${JSON.stringify(opened)}`);
    const page = {
      url: 'http://localhost/pay',
      customer: 'cus_test',
      discount: 0,
      promotion: null,
    };
    await attachCheckout(worker, head, String(opened.result['purchase']), { session, ...page });
    const paid = { session, paidTotal: subtotal, discount: 0, paymentIntent, promotion: null };
    await fulfilPurchase(worker, paid);
  };
  const sellBill = async (wallet: string, paid: number, paymentIntent: string) => {
    const subscription = await subscribed(worker, ingress, wallet);
    const bill = invoiceOf({ total: paid, paid, payment_intents: [paymentIntent] });
    await settleInvoice(worker, subscription, bill, [], await databaseClock(worker));
  };

  const tell = async (looks: readonly PaymentCash[]): Promise<number> => {
    let booked = 0;
    for (const look of looks) booked += await bookCash(worker, cashBookingsOf(look));
    return booked;
  };
  const proofOf = ({ moves, end }: StripeAccount, from: Date) => {
    const window = { from, to: end };
    const within = moves.filter(({ createdAt }) => createdAt >= from && createdAt < end);
    return proveMoney({ context: { db: worker }, window, balanceMoves: async () => within });
  };

  it('agrees with a clerk’s books, Stripe’s balance and the ledger, however it was told', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(cashStory, async (story) => {
        const { account, opening } = nextStory(story);
        await sell(account);
        await tell(story.told.flatMap((at) => account.looks[at] ?? []));
        // What was not told yet is exactly what the proof lists.
        expect(await proofOf(account, account.begin)).toMatchObject({ holds: true });
        await tell(account.truth);
        await bookAccountMoves({ db: worker }, account.moves);
        expect(await tell([...account.looks, ...account.truth])).toBe(0);

        expect(await booksOf(database.db, account)).toEqual(withoutZeros(account.books));
        expect(await openLegs(worker, account)).toEqual(expectedLegs(account));
        const from = new Date(account.begin.getTime() + story.fromDay * DAY_MS);
        if (from >= account.end) return;
        const proof = await proofOf(account, from);
        expect(proof).toMatchObject({ holds: true, items: [] });
        expect(proof.statement).toEqual(clerkStatement(account.moves, from, opening));
        for (const { category } of account.moves) seen.add(category);
      }),
      { numRuns: RUNS },
    );
    // A generator that went tame would prove nothing.
    expect([...seen].toSorted()).toEqual([
      'charge',
      'dispute',
      'dispute_reversal',
      'payout',
      'payout_reversal',
      'refund',
      'refund_failure',
    ]);
  });

  it('is noticed when it has lost something, or has one amount wrong', async () => {
    const { account } = nextStory({
      payments: [
        {
          sells: 'order',
          price: 500,
          tax: 0,
          settlesIn: 'usd',
          acts: [{ what: 'settles' }, { what: 'refund', percent: 40, ends: 'succeeded' }],
        },
      ],
      payouts: [],
      told: [],
      fromDay: 0,
    });
    await sell(account);
    await tell(account.truth);
    const { db } = database;
    const refund = account.moves.find(({ category }) => category === 'refund')?.id ?? '';
    const shift = (amount: number) =>
      db`update bursar.cash_entries set amount = amount + case account when 'balance' then ${amount}::bigint else ${-amount}::bigint end
         where booking = ${refund}`;
    await shift(1);
    const wrong = await proofOf(account, account.begin);
    expect(wrong).toMatchObject({ holds: false, statement: [{ difference: '-1' }] });
    await shift(-1);
    const lost = await db`delete from bursar.cash_entries where booking = ${refund} returning *`;
    const [booking] = await db`delete from bursar.cash_bookings where id = ${refund} returning *`;
    const missing = await proofOf(account, account.begin);
    expect(missing).toMatchObject({
      holds: true,
      items: [{ id: refund, why: 'ours', amount: -200 }],
      statement: [{ refunds: '0', difference: '-200' }],
    });
    expect(lost.length + Number(booking !== undefined)).toBe(3);
    expect(await tell(account.truth)).toBe(1);
    expect(await proofOf(account, account.begin)).toMatchObject({
      statement: [{ difference: '0' }],
    });
  });
});

/** The book's own sums by account and currency, and beside them what the ledger says was paid. */
async function booksOf(db: Database, account: StripeAccount): Promise<Record<string, number>> {
  const payments = account.payments.map(({ look }) => look.paymentIntent);
  const ids = account.moves.map(({ id }) => id);
  const rows = await db<{ key: string; sum: bigint }[]>`
    select concat_ws(' ', e.account, e.currency) as key, sum(e.amount)::bigint as sum
    from bursar.cash_bookings b join bursar.cash_entries e on e.booking = b.id
    where b.payment_intent = any (${payments}::text[]) or b.id = any (${ids}::text[])
    group by 1 having sum(e.amount) <> 0`;
  const [paid] = await db<{ sum: bigint }[]>`
    select coalesce(sum(k.paid), 0)::bigint as sum from bursar.known_payments(${payments}::text[]) k`;
  const books = Object.fromEntries(rows.map(({ key, sum }) => [key, Number(sum)]));
  expect(Number(paid?.sum)).toBe(-(books['sales usd'] ?? 0));
  return books;
}

const withoutZeros = (books: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(books).filter(([, sum]) => sum !== 0));

/** What waits for Stripe's other half, as the book sees it. */
async function openLegs(db: Database, { payments, begin, end }: StripeAccount): Promise<string[]> {
  const intents = payments.map(({ look }) => look.paymentIntent);
  const legs = await readUnclearedCash(db, { from: begin, to: end }, intents);
  return legs.map(({ paymentIntent, leg, ours }) => `${paymentIntent} ${leg} ${ours}`).toSorted();
}

const expectedLegs = ({ truth }: StripeAccount): string[] =>
  truth
    .flatMap(({ paymentIntent, charges, refunds }) => [
      ...charges.flatMap(({ amount, move }) =>
        move === null ? [`${paymentIntent} charge ${amount}`] : [],
      ),
      ...refunds.flatMap(({ id, amount, move }) =>
        move === null ? [`${paymentIntent} refund:${id} ${-amount}`] : [],
      ),
    ])
    .toSorted();

function addUp(
  sums: Readonly<Record<string, number>>,
  more: readonly (readonly [string, number])[],
): Record<string, number> {
  const all = { ...sums };
  for (const [key, sum] of more) all[key] = (all[key] ?? 0) + sum;
  return all;
}

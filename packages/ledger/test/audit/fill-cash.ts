import {
  bookCash,
  askReconciliation,
  recordFindings,
  type Database,
} from '../../src/operations.ts';
import { listCases, resolveCase } from '../../src/reads.ts';
import type { TestDatabase } from '../../../../test/harness/ledger-database.ts';

/** Settles a payment of an order, pays money out, and leaves one case open and one resolved. */
export async function fillCash(
  test: TestDatabase,
  worker: Database,
  ingress: Database,
): Promise<void> {
  const [sale] = await test.db<{ payment: string; currency: string; amount: bigint }[]>`
    select b.payment_intent as payment, e.currency, e.amount
    from bursar.cash_bookings b
    join bursar.cash_entries e on e.booking = b.id and e.account = 'clearing'
    where b.kind = 'sale' limit 1`;
  if (sale === undefined) throw new Error('Nothing was bought.');
  const amount = Number(sale.amount);
  const { currency } = sale;
  await bookCash(worker, [
    {
      id: 'txn_settlement',
      kind: 'settlement',
      paymentIntent: sale.payment,
      leg: 'charge',
      category: 'charge',
      happenedAt: new Date(),
      entries: [
        { account: 'clearing', currency, amount: -amount },
        { account: 'balance', currency, amount: amount - 1 },
        { account: 'fees', currency, amount: 1 },
      ],
    },
  ]);
  await bookCash(worker, [
    {
      id: 'txn_payout',
      kind: 'settlement',
      paymentIntent: null,
      leg: 'account:po_test',
      category: 'payout',
      happenedAt: new Date(),
      entries: [
        { account: 'balance', currency, amount: -100 },
        { account: 'bank', currency, amount: 100 },
      ],
    },
  ]);
  const run = await askReconciliation(worker, { kind: 'asked', mode: 'dry_run', askedBy: 'test' });
  const finding = {
    class: 'ORPHAN_CHARGE',
    stripeIds: [],
    wallet: null,
    purchase: null,
    expected: 'something that was sold',
    actual: '5 usd were taken',
    deltaCredits: 0n,
    deltaMinor: 5n,
    currency: 'usd',
  } as const;
  await recordFindings(worker, run, 'charges', [
    { ...finding, subject: 'ch_open' },
    { ...finding, subject: 'ch_resolved' },
  ]);
  const { rows } = await listCases(ingress, {}, { limit: 10 });
  const resolved = rows.find(({ subject }) => subject === 'ch_resolved');
  await resolveCase(ingress, resolved?.id ?? '', 'key_test', 'Known to finance');
}

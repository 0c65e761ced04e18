import { expect, it } from 'vitest';
import { addUp } from '../src/read-reversals.ts';

const paid = { amount_received: 5_000, currency: 'usd' };
const refund = (amount: number, status: string | null) => ({ amount, status });
const dispute = (amount: number, status: string, ...moves: number[]) => ({
  amount,
  status,
  balance_transactions: moves.map((move) => ({ amount: move })),
});

it.each<[string, Parameters<typeof addUp>[1], Parameters<typeof addUp>[2], number, number]>([
  ['nothing', [], [], 0, 0],
  ['refunds that have not failed', [refund(1, 'pending'), refund(2, 'requires_action')], [], 3, 0],
  ['no failed ones', [refund(1, 'failed'), refund(2, 'canceled'), refund(4, null)], [], 0, 0],
  ['no more than was paid', [refund(4_000, 'succeeded'), refund(4_000, 'pending')], [], 5_000, 0],
  ['an open dispute', [], [dispute(5_000, 'needs_response', -5_000)], 0, 5_000],
  ['a lost dispute', [], [dispute(5_000, 'lost', -5_000)], 0, 5_000],
  ['no won dispute', [], [dispute(5_000, 'won', -5_000, 5_000)], 0, 0],
  ['no dispute won at a worse rate', [], [dispute(5_000, 'won', -4_600, 4_400)], 0, 0],
  // Stripe decides it before it returns the money.
  ['a dispute whose money is not back yet', [], [dispute(5_000, 'won', -5_000)], 0, 5_000],
  [
    'a dispute in a currency of the bank, by its sign',
    [],
    [dispute(5_000, 'lost', -4_600)],
    0,
    5_000,
  ],
  ['no inquiry', [], [dispute(5_000, 'warning_needs_response')], 0, 0],
  ['no dispute that was prevented', [], [dispute(5_000, 'prevented')], 0, 0],
  [
    'once what was lost and refunded at the same time',
    [refund(5_000, 'succeeded')],
    [dispute(5_000, 'lost', -5_000)],
    5_000,
    0,
  ],
  [
    'what a refund left of a disputed payment',
    [refund(2_000, 'succeeded')],
    [dispute(5_000, 'under_review', -5_000)],
    2_000,
    3_000,
  ],
])('payment case 52: counts %s', (_what, refunds, disputes, refunded, disputed) => {
  expect(addUp(paid, refunds, disputes)).toEqual({
    currency: 'usd',
    paid: 5_000,
    refunded,
    disputed,
  });
});

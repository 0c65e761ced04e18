import * as fc from 'fast-check';

/** Something that becomes of a payment at Stripe, in the order of the story. */
export type Act =
  | { what: 'settles' }
  | { what: 'refund'; percent: number; ends: 'pending' | 'succeeded' | 'failed' }
  | { what: 'dispute'; ends: 'inquiry' | 'open' | 'won' | 'lost' };

/** A payment in dollars that settles in its own currency or in another one. */
export interface PaymentStory {
  sells: 'order' | 'bill';
  /** Minor units; the tax of an order comes on top. */
  price: number;
  tax: number;
  settlesIn: 'usd' | 'eur';
  acts: readonly Act[];
}

export interface CashStory {
  payments: readonly PaymentStory[];
  /** What Stripe sends to the bank in between, and what comes back from there. */
  payouts: readonly { amount: number; returns: boolean }[];
  /** Which of all the looks at a payment are told, in which order; some twice, some never. */
  told: readonly number[];
  /** On which of its days the window of the proof begins. */
  fromDay: number;
}

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<Act>({ what: 'settles' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('refund' as const),
      percent: fc.integer({ min: 1, max: 60 }),
      ends: fc.constantFrom('pending' as const, 'succeeded' as const, 'failed' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      what: fc.constant('dispute' as const),
      ends: fc.constantFrom('inquiry' as const, 'open' as const, 'won' as const, 'lost' as const),
    }),
  },
);

const payment: fc.Arbitrary<PaymentStory> = fc.record({
  sells: fc.constantFrom('order' as const, 'bill' as const),
  price: fc.integer({ min: 50, max: 1_000_000 }),
  tax: fc.constantFrom(0, 0, 19, 4_321),
  settlesIn: fc.constantFrom('usd' as const, 'usd' as const, 'eur' as const),
  acts: fc.array(act, { maxLength: 5 }),
});

export const cashStory: fc.Arbitrary<CashStory> = fc.record({
  payments: fc.array(payment, { minLength: 1, maxLength: 4 }),
  payouts: fc.array(
    fc.record({ amount: fc.integer({ min: 1, max: 100_000 }), returns: fc.boolean() }),
    { maxLength: 3 },
  ),
  told: fc.array(fc.nat({ max: 30 }), { maxLength: 30 }),
  fromDay: fc.nat({ max: 6 }),
});

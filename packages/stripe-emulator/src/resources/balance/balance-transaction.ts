import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId } from '../../state/ids.ts';

const SETTLES_AFTER_SECONDS = 2 * 24 * 60 * 60;
const DISPUTE_FEE = 1500;

interface Booking {
  /** Minor units, negative when money leaves. */
  amount: number;
  currency: string;
  fee?: number;
  source: string;
  description: string | null;
  type: Stripe.BalanceTransaction.Type;
  reportingCategory: string;
}

/** The money of a charge, less 2.9 % and 30 minor units. */
export function chargeTransaction(
  emulator: Emulator,
  charge: Stripe.Charge,
): Stripe.BalanceTransaction {
  return book(emulator, {
    amount: charge.amount,
    currency: charge.currency,
    fee: processingFee(charge.amount),
    source: charge.id,
    description: charge.description,
    type: 'charge',
    reportingCategory: 'charge',
  });
}

/** A refund, or with a positive amount the return of a refund that failed; fees stay with Stripe. */
export function refundTransaction(
  emulator: Emulator,
  refund: Stripe.Refund,
  amount: number,
): Stripe.BalanceTransaction {
  const isReturn = amount > 0;
  return book(emulator, {
    amount,
    currency: refund.currency,
    source: refund.id,
    description: isReturn ? 'REFUND FAILURE' : 'REFUND FOR CHARGE',
    type: isReturn ? 'refund_failure' : 'refund',
    reportingCategory: isReturn ? 'refund_failure' : 'refund',
  });
}

/** Money that a dispute takes (negative, with its fee) or gives back (positive). */
export function disputeTransaction(
  emulator: Emulator,
  dispute: { id: string; currency: string; charge: string },
  amount: number,
  withdrawalFee = DISPUTE_FEE,
): Stripe.BalanceTransaction {
  const isReversal = amount > 0;
  return book(emulator, {
    amount,
    currency: dispute.currency,
    fee: isReversal ? 0 : withdrawalFee,
    source: dispute.id,
    description: `Chargeback ${isReversal ? 'reversal' : 'withdrawal'} for ${dispute.charge}`,
    type: 'adjustment',
    reportingCategory: isReversal ? 'dispute_reversal' : 'dispute',
  });
}

/** Money that Stripe sends to the bank. */
export function payoutTransaction(
  emulator: Emulator,
  { amount, currency }: { amount: number; currency: string },
): Stripe.BalanceTransaction {
  return book(emulator, {
    amount: -amount,
    currency,
    source: newId('po'),
    description: 'STRIPE PAYOUT',
    type: 'payout',
    reportingCategory: 'payout',
  });
}

/** 2.9 % rounded half up, plus 30, in integers throughout. */
function processingFee(amount: number): number {
  return Number((BigInt(amount) * 29n + 500n) / 1000n) + 30;
}

function book(emulator: Emulator, booking: Booking): Stripe.BalanceTransaction {
  const { amount, currency, fee = 0, source, description } = booking;
  const created = emulator.clock.nowSeconds();
  const feeDetail = {
    amount: fee,
    application: null,
    currency,
    description: 'Stripe processing fees',
    type: 'stripe_fee',
  };
  return emulator.state.balanceTransactions.put<Stripe.BalanceTransaction>({
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: created + SETTLES_AFTER_SECONDS,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [feeDetail],
    net: amount - fee,
    reporting_category: booking.reportingCategory,
    source,
    status: 'pending',
    type: booking.type,
  });
}

import type Stripe from 'stripe';
import type { BalanceMove, PaymentCash } from './cash-bookings.ts';

const LISTED_MAX = 1_000;

/** A payment's money, and whose it is by the metadata that we gave it. */
export interface PaymentMoney {
  cash: Omit<PaymentCash, 'tax' | 'isBill'>;
  /** The order it was made for, by its public id. */
  purchaseId: string | null;
  /** The top-up it was made for, by its UUID. */
  attempt: string | null;
}

/** Asks for everything that moved for a payment; null when nothing was ever charged. */
export async function readPaymentCash(
  stripe: Stripe,
  paymentIntent: string,
): Promise<PaymentMoney | null> {
  const of = { payment_intent: paymentIntent, limit: 100 };
  const expand = ['data.balance_transaction'];
  const charges = (await stripe.charges.list({ ...of, expand })).data.filter(
    ({ status }) => status === 'succeeded',
  );
  const [first] = charges;
  if (first === undefined) return null;
  const refunds = await stripe.refunds
    .list({ ...of, expand: [...expand, 'data.failure_balance_transaction'] })
    .autoPagingToArray({ limit: LISTED_MAX });
  const disputes = await stripe.disputes.list(of).autoPagingToArray({ limit: LISTED_MAX });
  return {
    purchaseId: first.metadata['purchase'] ?? null,
    attempt: first.metadata['attempt'] ?? null,
    cash: {
      paymentIntent,
      currency: first.currency,
      charges: charges.map((one) => ({
        amount: one.amount,
        at: at(one),
        move: moveOf(one.balance_transaction),
      })),
      refunds: refunds.map((one) => ({
        id: one.id,
        amount: one.amount,
        status: one.status,
        at: at(one),
        move: moveOf(one.balance_transaction),
        returned: moveOf(one.failure_balance_transaction ?? null),
      })),
      disputes: disputes.map((one) => ({
        id: one.id,
        amount: one.amount,
        status: one.status,
        at: at(one),
        moves: one.balance_transactions.flatMap((move) => moveOf(move) ?? []),
      })),
    },
  };
}

const at = ({ created }: { created: number }): Date => new Date(created * 1_000);

function moveOf(transaction: string | Stripe.BalanceTransaction | null): BalanceMove | null {
  if (transaction === null) return null;
  if (typeof transaction === 'string') {
    throw new Error(`Stripe did not expand the balance transaction ${transaction}.`);
  }
  const { id, amount, fee, currency, reporting_category: category } = transaction;
  return { id, amount, fee, currency, category, at: at(transaction) };
}

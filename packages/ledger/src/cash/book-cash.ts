import type { Database } from '../database/connect.ts';

export type CashAccount =
  | 'sales'
  | 'tax'
  | 'refunds'
  | 'disputes'
  | 'clearing'
  | 'balance'
  | 'fees'
  | 'exchange'
  | 'bank'
  | 'other';

/** Minor units, positive where the account receives. */
export interface CashEntry {
  account: CashAccount;
  currency: string;
  amount: number;
}

/** A fact about money under its own id; its entries add up to zero in each currency. */
export interface CashBooking {
  id: string;
  kind: 'sale' | 'tax' | 'refund' | 'refund_undone' | 'dispute' | 'dispute_undone' | 'settlement';
  /** None of what moves beside payments. */
  paymentIntent: string | null;
  /** `charge`, `refund:<id>`, `dispute:<id>` or `account:<id>`. */
  leg: string;
  /** Stripe's reporting category; of settlements only. */
  category: string | null;
  happenedAt: Date;
  entries: readonly CashEntry[];
}

/** Books what is new of these facts, once each, and answers how many that were. */
export async function bookCash(db: Database, bookings: readonly CashBooking[]): Promise<number> {
  if (bookings.length === 0) return 0;
  const told = bookings.map(({ paymentIntent, happenedAt, ...booking }) => ({
    ...booking,
    payment_intent: paymentIntent,
    happened_at: happenedAt.toISOString(),
  }));
  const rows = await db<{ booked: number }[]>`
    select bursar.book_cash(${JSON.stringify(told)}::text::jsonb) as booked`;
  return rows[0]?.booked ?? 0;
}

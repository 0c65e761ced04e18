import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

/** When to buy and how much (micro-credits), and what a month may cost (minor units). */
export interface AutoTopUpTerms {
  wallet: string;
  threshold: bigint;
  /** Either so many, or as many as lead back to the target. */
  amount: bigint | null;
  target: bigint | null;
  monthlyCap: bigint;
  currency: string;
  /** Null charges the wallet's default card. */
  paymentMethod: string | null;
  /** Who agrees to be charged without being there. */
  actor: string;
}

export type AutoTopUpRefusal =
  | 'wallet_not_found'
  /** Its owner was deleted. */
  | 'wallet_closed'
  /** The wallet has no card to charge by default. */
  | 'no_card'
  /** The card that is named is not saved for this wallet. */
  | 'unknown_card'
  /** There is nothing to switch off. */
  | 'nothing_saved';

/** Switches on, or agrees to other terms; closes the breaker. Null when done. */
export const startAutoTopUp = (
  db: Database,
  terms: AutoTopUpTerms,
): Promise<AutoTopUpRefusal | null> => put(db, terms, true);

/** Switches off and keeps the terms; what is under way is finished. Null when done. */
export const stopAutoTopUp = (
  db: Database,
  wallet: string,
  actor: string,
): Promise<AutoTopUpRefusal | null> =>
  put(
    db,
    {
      wallet,
      actor,
      threshold: 0n,
      amount: null,
      target: null,
      monthlyCap: 0n,
      currency: '',
      paymentMethod: null,
    },
    false,
  );

const put = (
  db: Database,
  terms: AutoTopUpTerms,
  enabled: boolean,
): Promise<AutoTopUpRefusal | null> =>
  inTransaction(db, async (tx) => {
    const [row] = await tx<[{ refusal: AutoTopUpRefusal | null }]>`
      select bursar.put_auto_top_up(
        ${terms.wallet}, ${enabled}, ${terms.threshold.toString()}::text::bigint,
        ${terms.amount?.toString() ?? null}::text::bigint, ${terms.target?.toString() ?? null}::text::bigint,
        ${terms.monthlyCap.toString()}::text::bigint, ${terms.currency}, ${terms.paymentMethod},
        ${terms.actor}) as refusal`;
    return row.refusal;
  });

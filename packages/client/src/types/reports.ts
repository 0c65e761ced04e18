/** Sums and chains over what was booked. */
import type { LotKind, TransactionKind } from './vocabulary.ts';
import type { Transaction } from './resources.ts';

/** RFC 3339; `from` is inclusive, `to` exclusive. */
export interface TimeRange {
  from?: string | undefined;
  to?: string | undefined;
}

export interface UsageFilter extends TimeRange {
  /** Default: day. */
  group_by?: 'day' | 'product' | 'member' | undefined;
  product?: string | undefined;
}

export interface UsageSums {
  charged: string;
  /** Given back by reversals. */
  returned: string;
  net: string;
  charges: number;
}

export interface Usage {
  wallet: string;
  group_by: 'day' | 'product' | 'member';
  from: string;
  to: string;
  data: (UsageSums & { key: string })[];
  total: UsageSums;
  /** There are more than a thousand groups. */
  truncated: boolean;
}

/** `opening` and `change` make `closing`, less what is owed. */
export interface Totals {
  wallet: string;
  from: string;
  to: string;
  opening: { balance: string; owed: string };
  closing: { balance: string; owed: string };
  change: string;
  kinds: { kind: TransactionKind; count: number; amount: string }[];
}

/** A lot as a link of a chain from payment to use. */
export interface LotLink {
  lot: string;
  parent_lot: string | null;
  wallet: string;
  kind: LotKind;
  amount: string;
  /** `null` in somebody else's wallet. */
  remaining: string | null;
  transaction: string;
  transaction_kind: TransactionKind;
  purchase: string | null;
  distance: number;
  created_at: string;
}

/** What a transaction did to a lot. */
export interface LotUse {
  transaction: string;
  kind: TransactionKind;
  /** Negative when credits left the lot. */
  amount: string;
  product: string | null;
  created_at: string;
  into: { lot: string; wallet: string; amount: string }[];
}

/** A transaction as each wallet sees it; who gave comes first. */
export interface TransactionSides {
  id: string;
  sides: Transaction[];
}

export interface TransactionProvenance {
  transaction: string;
  taken: { lot: string; amount: string }[];
  origin: LotLink[];
  results: LotLink[];
  truncated: boolean;
}

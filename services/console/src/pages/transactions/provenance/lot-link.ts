/** A lot as a link of a chain from payment to use. */
export interface LotLink {
  lot: string;
  parent_lot: string | null;
  wallet: string;
  kind: string;
  amount: string;
  /** `null` in somebody else's wallet. */
  remaining: string | null;
  transaction: string;
  transaction_kind: string;
  purchase: string | null;
  /** Steps from where the chain starts. */
  distance: number;
  created_at: string;
}

export interface TransactionProvenance {
  transaction: string;
  taken: readonly { lot: string; amount: string }[];
  origin: readonly LotLink[];
  results: readonly LotLink[];
  truncated: boolean;
}

/** What a transaction did to a lot; the amount is negative when credits left it. */
export interface LotUse {
  transaction: string;
  kind: string;
  amount: string;
  product: string | null;
  created_at: string;
  into: readonly { lot: string; wallet: string; amount: string }[];
}

export interface LotProvenance {
  origin: readonly LotLink[];
  data: readonly LotUse[];
  has_more: boolean;
  next_cursor: string | null;
}

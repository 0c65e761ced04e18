/** A transaction as one wallet sees it; amounts are decimal strings. */
export interface Transaction {
  id: string;
  kind: string;
  wallet: string;
  /** Signed change of credits less debt. */
  amount: string;
  balance_after: string;
  owed_after: string;
  counterparty: string | null;
  product: string | null;
  description: string | null;
  message: string | null;
  reason: string | null;
  actor: string;
  operation: string | null;
  corrects: string | null;
  hold: string | null;
  metadata: Readonly<Record<string, string>> | null;
  pricing: { price: string; version: number; quantity: string } | null;
  occurred_at: string;
  created_at: string;
  lots: readonly { lot: string; kind: string; amount: string }[];
}

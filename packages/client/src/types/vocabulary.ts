/** Words of the API. The server may add to each of them. */
export type LotKind = 'purchased' | 'promotional' | 'allocated' | 'subscription' | 'adjustment';
export type TransactionKind =
  | 'purchase'
  | 'grant'
  | 'charge'
  | 'reversal'
  | 'transfer'
  | 'allocation'
  | 'return'
  | 'expiry'
  | 'refund'
  | 'dispute'
  | 'adjustment'
  | 'subscription'
  | 'rollover'
  | 'forfeiture';
export type PurchaseStatus =
  | 'awaiting_payment'
  | 'paid'
  | 'expired'
  | 'cancelled'
  | 'failed'
  | 'refunded'
  | 'disputed'
  | 'needs_review';
export type OrganizationRole = 'owner' | 'admin' | 'member';
export type Scope = 'charges:write' | 'holds:write' | 'wallets:read' | 'events:write';
export type PackId = 'starter' | 'standard' | 'pro' | 'business';

/** The words of the ledger, as the database's enums and the wire spell them. */
export const LOT_KINDS = [
  'purchased',
  'promotional',
  'allocated',
  'subscription',
  'adjustment',
] as const;
export type LotKind = (typeof LOT_KINDS)[number];

export const TRANSACTION_KINDS = [
  'purchase',
  'grant',
  'charge',
  'reversal',
  'transfer',
  'allocation',
  'return',
  'expiry',
  'refund',
  'dispute',
  'adjustment',
  'subscription',
  'rollover',
  'forfeiture',
] as const;
export type TransactionKind = (typeof TRANSACTION_KINDS)[number];

/** The position in this list is part of every operation id: append, never reorder. */
export const OPERATION_TYPES = [
  'charge',
  'grant',
  'purchase',
  'transfer',
  'allocation',
  'reversal',
  'hold',
  'hold_capture',
  'hold_release',
  'credit_request',
  'credit_request_approval',
  'credit_request_rejection',
  'credit_request_cancellation',
  'member_removal',
  'hold_extension',
  'allocation_undo',
  'credit_sweep',
  'default_allocation',
  'seat_assignment',
  'seat_revocation',
  'purchase_cancellation',
  'purchase_refund',
  'subscription',
  'subscription_change',
  'rule_simulation',
  'organization_deletion',
  'card_setup',
  'card_removal',
  'card_default',
] as const;
export type OperationType = (typeof OPERATION_TYPES)[number];

export const HOLD_STATUSES = ['open', 'captured', 'released', 'expired'] as const;

export const PURCHASE_STATUSES = [
  'awaiting_payment',
  'paid',
  'expired',
  'cancelled',
  'failed',
  'refunded',
  'disputed',
  'needs_review',
] as const;
export type PurchaseStatus = (typeof PURCHASE_STATUSES)[number];

export const ORGANIZATION_ROLES = ['owner', 'admin', 'member'] as const;
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

export const RULE_KINDS = ['refill', 'cap', 'sweep'] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export const RULE_CYCLES = ['week', 'month'] as const;
export type RuleCycle = (typeof RULE_CYCLES)[number];

export const SCOPES = ['charges:write', 'holds:write', 'wallets:read', 'events:write'] as const;
export type Scope = (typeof SCOPES)[number];

/** The packs everybody sees; one rate for all of them. */
export const PACKS = [
  { id: 'starter', credits: 500 },
  { id: 'standard', credits: 1000 },
  { id: 'pro', credits: 2500 },
  { id: 'business', credits: 5000 },
] as const;
export type PackId = (typeof PACKS)[number]['id'];

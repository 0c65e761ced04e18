/**
 * The bodies of commands, spelled as the API spells them. A test compares each with the schema the
 * server validates with.
 */
import type { CreditsInput } from '../credits.ts';
import type { LotKind, OrganizationRole, PackId, Scope } from './vocabulary.ts';

/** `user:<id>` or `org:<id>`. */
export type Owner = string;

/** What work costs: an amount, or a price of the catalogue and how much of its meter was used. */
export interface Cost {
  amount?: CreditsInput | undefined;
  price?: string | undefined;
  /** A decimal string with at most six decimals, or a number of at most 15 digits. */
  quantity?: string | number | undefined;
  /** May be left out with `price`, which has one. */
  product?: string | undefined;
}

export interface ChargeInput extends Cost {
  wallet: Owner;
  description?: string | undefined;
  /** RFC 3339; default: when the server accepted it. */
  occurred_at?: string | undefined;
  /** The organization in whose name a member spends. */
  on_behalf_of?: string | undefined;
  metadata?: Record<string, string> | undefined;
}

export interface BatchItem extends ChargeInput {
  /** Default: a new one for this call. */
  idempotency_key?: string | undefined;
}

export interface ReversalInput {
  /** Default: all that was not given back yet. */
  amount?: CreditsInput | undefined;
  reason: string;
}

export interface HoldInput extends Cost {
  wallet: Owner;
  on_behalf_of?: string | undefined;
  /** Seconds; 900 when left out, 86,400 at most. */
  expires_in?: number | undefined;
  /** How far captures may go into debt, beyond the limit of the wallet. */
  overdraft?: CreditsInput | undefined;
}

export interface CaptureInput {
  /** Default: all that the hold still has. */
  amount?: CreditsInput | undefined;
  /** Instead of `amount`, of a hold that was placed by a price: rated by the version of then. */
  quantity?: string | number | undefined;
  /** Default true: the rest is freed. */
  final?: boolean | undefined;
}

export interface ExtensionInput {
  /** Seconds from now. */
  expires_in: number;
  /** A new total to hold. */
  amount?: CreditsInput | undefined;
}

export interface TransferInput {
  from: Owner;
  to: Owner;
  amount: CreditsInput;
  kind?: LotKind | undefined;
  message?: string | undefined;
}

export interface AllocationInput {
  from: string;
  recipients: 'all' | string[] | { user: string; amount: CreditsInput }[];
  /** For everybody; left out when the recipients have amounts of their own. */
  amount_per_recipient?: CreditsInput | undefined;
  kind?: LotKind | undefined;
  reason?: string | undefined;
}

export interface PurchaseInput {
  wallet: Owner;
  /** Exactly one of `credits`, `price`, `pack` and `quote`. */
  credits?: CreditsInput | undefined;
  /** Minor units. */
  price?: { amount: number; currency: string } | undefined;
  pack?: PackId | undefined;
  /** The id of a quote: the order is made at its price. */
  quote?: string | undefined;
  promotion_code?: string | undefined;
  /** The customer agrees to have the card saved for charges they are not there for. */
  save_card?: boolean | undefined;
  success_url?: string | undefined;
  cancel_url?: string | undefined;
}

export interface QuoteInput {
  wallet: Owner;
  /** Exactly one of `credits`, `price` and `pack`. */
  credits?: CreditsInput | undefined;
  /** Minor units. */
  price?: { amount: number; currency: string } | undefined;
  pack?: PackId | undefined;
}

export interface GrantInput {
  wallet: Owner;
  amount: CreditsInput;
  kind: 'promotional' | 'adjustment' | 'subscription';
  expires_at?: string | undefined;
  effective_at?: string | undefined;
  /** 0 to 100; lower burns first. */
  priority?: number | undefined;
  reason: string;
}

export interface CreditRequestInput {
  organization: string;
  amount: CreditsInput;
  reason?: string | undefined;
}

export interface ApprovalInput {
  /** Default: what was asked for; never more. */
  amount?: CreditsInput | undefined;
}

export interface ReasonInput {
  reason?: string | undefined;
}

/** Of requests by their ids; each is named once. */
export interface DecisionsInput {
  approve?: ({ id: string } & ApprovalInput)[] | undefined;
  reject?: ({ id: string } & ReasonInput)[] | undefined;
}

/** What is left out stays; null clears. */
export interface UserInput {
  email?: string | null | undefined;
  name?: string | null | undefined;
}

export interface OrganizationInput {
  name: string;
}

export interface OrganizationDeletionInput {
  /** The organization's name, as it is shown. */
  confirm: string;
  /** Exactly what is left in the pool, which is given up. */
  forfeit?: string | number | undefined;
  /** Subscriptions end with it, now; nothing of the running period is given back. */
  end_subscriptions?: boolean | undefined;
}

export interface OwnershipInput {
  /** `user:<id>`. */
  to: string;
  /** Needed from operators; a person gives their own role. */
  from?: string | undefined;
}

export interface MemberInput {
  role: OrganizationRole;
}

/** What is left out stays; null switches off. */
export interface OrganizationSettingsInput {
  default_allocation?: CreditsInput | null | undefined;
  /** What an assigned seat brings. */
  seat_allocation?: CreditsInput | null | undefined;
  request_expiry_days?: number | undefined;
  /** Requests for less approve themselves, up to the monthly sum per member; both are needed. */
  auto_approve_below?: CreditsInput | null | undefined;
  auto_approve_monthly?: CreditsInput | null | undefined;
}

interface RuleTiming {
  every: 'week' | 'month';
  /** Runs in the current period already, or from the next one on, which is the default. */
  start?: 'now' | 'next_period' | undefined;
}

/** A standing rule of an organization. */
export type RuleInput = RuleTiming &
  (
    | { kind: 'refill'; amount: CreditsInput }
    | { kind: 'cap'; share_percent: number }
    | { kind: 'sweep'; idle_days: number }
  );

/** Without `rule` the stored one is replayed. */
export interface SimulationInput {
  rule?: RuleInput | undefined;
  periods?: number | undefined;
}

/** What is left out stays. */
export interface WalletSettingsInput {
  /** How far charges may go past the credits: `null` is any amount, `"0"` none. */
  overdraft_limit?: CreditsInput | null | undefined;
  /** The largest `overdraft` that a hold may declare. */
  soft_landing_limit?: CreditsInput | undefined;
  /** Its owner is told when the balance falls below. */
  low_balance_at?: CreditsInput | undefined;
}

/** Such as `"600/60s"`: 600 in 60 seconds; or `"off"`. */
export interface RateLimits {
  writes?: string | undefined;
  reads?: string | undefined;
  burst?: string | undefined;
}

export interface ApiKeyInput {
  name: string;
  scopes: Scope[];
  rate_limit?: RateLimits | undefined;
  /** The key reaches this organization and nothing else. */
  organization?: string | undefined;
  /** With `organization`: also its members' wallets; for operators to give. */
  members?: boolean | undefined;
  /** RFC 3339; the key ends by itself then. */
  expires_at?: string | undefined;
}

/** RFC 3339 times; `from` is inclusive, `to` exclusive. */
export interface TransactionFilter {
  kind?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  product?: string | undefined;
  /** The owner of the wallet on the other side. */
  counterparty?: string | undefined;
  /** Part of any of its texts, or a whole id. */
  search?: string | undefined;
}

/** Credits for `per` units, up to the last unit of the tier; `null` in the last tier. */
export interface PriceTier {
  up_to: number | null;
  rate: CreditsInput;
  /** Credits for reaching the tier at all. */
  flat?: CreditsInput | undefined;
}
export type PriceModel =
  | { type: 'per_unit'; rate: CreditsInput; per?: number | undefined }
  | { type: 'package'; size: number; price: CreditsInput }
  | { type: 'graduated' | 'volume'; per?: number | undefined; tiers: PriceTier[] };

export interface PriceInput {
  event_type?: string | undefined;
  product: string;
  /** The name of the quantity. */
  meter: string;
  description?: string | undefined;
  model: PriceModel;
  rounding?: 'half_up' | 'up' | 'down' | undefined;
  minimum?: CreditsInput | undefined;
}

/** A limit on what may be spent in a period. */
export interface BudgetInput {
  wallet: Owner;
  member?: string | undefined;
  product?: string | undefined;
  /** An API key's id. */
  key?: string | undefined;
  /** `"0"` allows nothing. */
  limit: CreditsInput;
  period: 'day' | 'week' | 'month' | 'total';
  /** Percents of the limit; 50, 80 and 100 when left out. */
  alert_at?: number[] | undefined;
  /** Default true: what goes beyond is refused. */
  enforce?: boolean | undefined;
  active_from?: string | undefined;
}

/** A CloudEvent 1.0 whose `type` picks the price and whose `subject` is the wallet. */
export interface UsageEvent {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time?: string | undefined;
  data?: Record<string, unknown> | undefined;
  [extension: string]: unknown;
}

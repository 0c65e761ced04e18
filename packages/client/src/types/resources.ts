/** What reads answer with. Credits are decimal strings, times RFC 3339 in UTC. */
import type { PriceModel, RateLimits } from './inputs.ts';
import type { LotPart } from './results.ts';
import type {
  LotKind,
  OrganizationRole,
  PurchaseStatus,
  Scope,
  TransactionKind,
} from './vocabulary.ts';

/** Minor units. */
export interface Money {
  amount: number;
  currency: string;
}

export interface Wallet {
  wallet: string;
  /** Live, unexpired credits, held ones among them. */
  balance: string;
  /** `balance - held - frozen`. */
  available: string;
  held: string;
  frozen: string;
  owed: string;
  by_kind: Partial<Record<LotKind, string>>;
  /** What of the balance organizations handed out, by `org:<id>`. */
  by_organization: Record<string, string>;
  /** All that expires: the next five moments, then by day; of at most 400 the last holds the rest. */
  expiring: { at: string; amount: string }[];
  overdraft_limit: string | null;
  soft_landing_limit: string;
  low_balance_at: string;
  as_of: string;
  /** Grows by one with each transaction. */
  version: number;
  /** When its owner was deleted. */
  closed_at: string | null;
}

export interface Lot {
  id: string;
  wallet: string;
  kind: LotKind;
  state: 'live' | 'upcoming' | 'frozen' | 'expired' | 'spent';
  priority: number;
  amount: string;
  remaining: string;
  held: string;
  /** Millionths of a minor unit paid for one credit; "0" when given. */
  unit_cost: string;
  effective_at: string;
  expires_at: string | null;
  created_at: string;
  transaction: string;
  parent_lot: string | null;
  allocated_by: string | null;
  purchase: string | null;
}

export interface Hold {
  id: string;
  wallet: string;
  amount: string;
  captured: string;
  status: 'open' | 'captured' | 'released' | 'expired';
  product: string;
  overdraft: string;
  overdraft_used: string;
  on_behalf_of: string | null;
  pricing: Pricing | null;
  expires_at: string;
  created_at: string;
  closed_at: string | null;
}

export interface Purchase {
  id: string;
  status: PurchaseStatus;
  wallet: string;
  credits: string;
  /** What a bonus code adds. */
  bonus: string;
  subtotal: Money;
  discount: Money;
  tax: Money;
  /** What is to be paid, or was, taxes included. */
  total: Money;
  pack: string | null;
  promotion_code: string | null;
  checkout_url: string | null;
  /** Since when the money is on its way, as with a bank debit. */
  processing_since: string | null;
  taken_back: string;
  transaction: string | null;
  actor: string;
  created_at: string;
  settled_at: string | null;
}

/** A transaction as one wallet sees it. */
export interface Transaction {
  id: string;
  kind: TransactionKind;
  wallet: string;
  /** Signed. */
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
  /** The price that made the amount, if one did. */
  pricing?: Pricing | null;
  corrects: string | null;
  metadata: Record<string, string> | null;
  occurred_at: string;
  created_at: string;
  lots: LotPart[];
}

export interface CreditRequest {
  id: string;
  organization: string;
  member: string;
  amount: string;
  granted: string | null;
  status: 'pending' | 'approved' | 'rejected' | 'cancelled' | 'expired';
  reason: string | null;
  decision_reason: string | null;
  decided_by: string | null;
  created_at: string;
  decided_at: string | null;
  expires_at: string | null;
}

export interface User {
  id: string;
  wallet: string;
  email: string | null;
  name: string | null;
  created_at: string;
}

export interface Organization {
  id: string;
  wallet: string;
  name: string;
  members: number;
  settings: {
    default_allocation: string | null;
    seat_allocation: string | null;
    request_expiry_days: number;
    auto_approve_below: string | null;
    auto_approve_monthly: string | null;
  };
  created_at: string;
}

export interface Membership {
  organization: string;
  user: string;
  role: OrganizationRole;
  status: 'active' | 'suspended' | 'removed';
  joined_at: string;
}
export interface Member extends Membership {
  name: string | null;
  email: string | null;
}
export interface Admission extends Membership {
  /** The operation that pays the default allocation, if there is one. */
  operation: string | null;
}

export interface ApiKey {
  id: string;
  name: string;
  scopes: Scope[];
  /** Shown this once. */
  key: string;
  last_four: string;
  rate_limit: RateLimits | null;
  /** What it reaches; `null`: everything. */
  organization: string | null;
  members: boolean;
  expires_at: string | null;
  last_used_at: string | null;
  created_at: string;
}

export interface Notification {
  id: string;
  kind: string;
  data: Record<string, unknown>;
  created_at: string;
  read_at: string | null;
}

export interface Offer {
  credits: string;
  price: Money;
}
/** The version of a price that made an amount, and from what. */
export interface Pricing {
  price: string;
  version: number;
  quantity: string;
}
export interface Quote extends Pricing {
  amount: string;
}

/** One version of what usage costs. */
export interface Price {
  id: string;
  version: number;
  event_type: string | null;
  product: string;
  meter: string;
  description: string | null;
  model: PriceModel;
  rounding: 'half_up' | 'up' | 'down';
  minimum: string | null;
  created_at: string;
  retired_at: string | null;
}
export interface PriceHistory extends Price {
  versions: Price[];
}

export interface Budget {
  id: string;
  wallet: string;
  member: string | null;
  product: string | null;
  key: string | null;
  limit: string;
  period: 'day' | 'week' | 'month' | 'total';
  alert_at: number[];
  enforce: boolean;
  active_from: string;
  state: {
    spent: string;
    held: string;
    /** Never negative. */
    remaining: string;
    status: 'ok' | 'alerted' | 'exhausted';
    period: { from: string; to: string | null };
  };
}

export interface Catalog {
  currency: string;
  rate: { credits: string; per: Money };
  packs: (Offer & { id: string })[];
  presets: Offer[];
  custom: { minimum: Offer; maximum: Offer; step: Money };
  /** `null`: purchased credits never expire. */
  expiry_months: number | null;
  prices: Price[];
}

/** A price that is kept until `expires_at`; its `id` is the `quote` of a purchase. */
export interface PurchaseQuote {
  id: string;
  wallet: string;
  credits: string;
  subtotal: Money;
  pack: string | null;
  /** What of the credits would pay what is owed now, and what would be left to spend. */
  settles: string;
  adds: string;
  expiry_months: number | null;
  expires_at: string;
}

export interface Allocation {
  id: string;
  from: string;
  recipients: number;
  amount_per_recipient: string | null;
  total: string;
  /** What undoing it has brought back. */
  returned: string;
  status: 'running' | 'completed';
  progress: { done: number; total: number };
  reason: string | null;
  actor: string;
  created_at: string;
  completed_at: string | null;
}

export interface AllocationRecipient {
  user: string;
  amount: string;
  returned: string;
  transaction: string | null;
}

export interface Seat {
  user: string;
  name: string | null;
  assigned_at: string;
  /** What the seat brings and the pool could not pay yet. */
  delayed: string | null;
}

export interface RuleRun {
  period: string;
  status: 'delayed' | 'done' | 'missed';
  members: number;
  moved: string;
  required: string | null;
  available: string | null;
  allocation: string | null;
}

export interface Rule {
  id: string;
  kind: 'refill' | 'cap' | 'sweep';
  every: 'week' | 'month';
  amount?: string;
  share_percent?: number;
  idle_days?: number;
  starts_on: string;
  created_at: string;
  updated_at: string;
  /** The last 24, where one rule is shown. */
  runs?: RuleRun[];
}

/** What deleting an organization would mean now, money first. */
export interface OrganizationDeletion {
  organization: string;
  name: string;
  /** What `organizations.delete` takes to do it now. */
  confirmation: { confirm: string; forfeit: string };
  owed: string;
  consequences: { what: string; count: number | null; amount: string | null; detail: string }[];
  /** What is in the way, and what to do about it. */
  blockers: { code: string; detail: string }[];
}

/** What there was, or is, to settle before a person can be deleted. */
export interface UserDeletion {
  user: string;
  deleted: boolean;
  balance: string;
  owed: string;
  subscriptions: number;
  saved_cards: number;
  organizations: string[];
  blockers: string[];
}

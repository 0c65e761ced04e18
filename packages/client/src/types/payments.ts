/** What is answered about money, cards and subscriptions. Credits are decimal strings, times RFC 3339. */
import type { Money } from './resources.ts';
import type { PurchaseResult } from './results.ts';

/** A saved card; nothing more of it is known to the server. */
export interface PaymentMethod {
  id: string;
  brand: string;
  last4: string | null;
  expires: { month: number; year: number } | null;
  default: boolean;
}
export interface CardSetupResult {
  /** Where the customer saves the card. */
  setup: { wallet: string; url: string };
}
export interface PaymentMethodResult {
  payment_method: { id: string; wallet: string };
}

/** One try to buy credits by itself. */
export interface TopUpAttempt {
  /** `null` when no order was made. */
  purchase: string | null;
  status:
    | 'requested'
    | 'charging'
    | 'processing'
    | 'unknown'
    | 'succeeded'
    | 'declined'
    | 'failed'
    | 'skipped'
    | 'review';
  credits: string | null;
  total: Money | null;
  decline: { kind: string; code: string | null } | null;
  reason: string | null;
  created_at: string;
  settled_at: string | null;
}

export interface AutoTopUp {
  wallet: string;
  enabled: boolean;
  state: 'off' | 'watching' | 'in_progress' | 'waiting' | 'cap_reached' | 'paused';
  /** What happens next, or what a person can do, in a sentence. */
  next_step: string;
  threshold: string | null;
  amount: string | null;
  target: string | null;
  monthly_cap: Money | null;
  payment_method: PaymentMethod | null;
  consent: { by: string; at: string } | null;
  off_reason: string | null;
  paused: { reason: string; since: string } | null;
  /** Of the card, in a row; the third pauses. */
  declines: number;
  next_attempt_at: string | null;
  month: { from: string; to: string; charged: Money; remaining: Money } | null;
  /** The latest, newest first. */
  attempts: TopUpAttempt[];
}

/** Money that was asked for, and the credits it brought. */
export interface Payment {
  /** Of an order `pur_…`, of an invoice `pay_…`. */
  id: string;
  kind: 'order' | 'top_up' | 'invoice';
  /** Open: statuses may be added. */
  status: string;
  total: Money;
  paid: Money;
  number: string | null;
  credits: string;
  taken_back: string;
  subscription: string | null;
  out_of_band: boolean;
  created_at: string;
}

/** For one click: they expire. */
export interface PaymentLinks {
  receipt_url: string | null;
  invoice_url: string | null;
  pdf_url: string | null;
}
export interface PortalSession {
  url: string;
}

export interface Plan {
  id: string;
  name: string;
  description: string | null;
  audience: 'user' | 'org' | 'any';
  credits: string;
  price: Money;
  every: 'week' | 'month' | 'year';
  lookup_key: string;
  rollover_cap: string;
  grace_hours: number;
  seats: number | null;
  trial_days: number;
  trial_credits: string;
  proration: 'difference' | 'none';
  created_at: string;
  updated_at: string;
  retired_at: string | null;
}

export interface Subscription {
  id: string;
  wallet: string;
  /** `awaiting_payment`, `expired`, `failed` or `replaced` before Stripe has it; then as Stripe says. */
  status: string;
  plan: string;
  name: string;
  quantity: number;
  /** For the whole quantity, each period. */
  credits: string;
  price: Money;
  every: string;
  current_period_start: string | null;
  current_period_end: string | null;
  trial_end: string | null;
  cancel_at: string | null;
  canceled_at: string | null;
  ended_at: string | null;
  /** Where to pay; `null` when nothing is to be paid there any more. */
  checkout_url: string | null;
  /** Of plans that include seats; `over` names who sits beyond them. */
  seats: { included: number; assigned: number; over: string[] } | null;
  /** A smaller plan that begins with the next period. */
  next: {
    plan: string;
    name: string;
    quantity: number;
    credits: string;
    price: Money;
    at: string;
  } | null;
  /** The wallet had this one already, so this one was cancelled and its payment goes back. */
  duplicate_of: string | null;
  created_at: string;
}
export interface SubscriptionResult {
  subscription: Subscription;
}

/** The receipt of a paid order. */
export interface Receipt {
  purchase: string;
  wallet: string;
  paid_at: string;
  credits: string;
  bonus: string;
  /** What of the credits paid what was owed, and what was left to spend. */
  settled: string;
  added: string;
  /** What was bought, for its price before discounts and taxes. */
  rate: { credits: string; per: Money };
  subtotal: Money;
  discount: Money;
  promotion_code: string | null;
  tax: Money;
  total: Money;
  /** Stripe's own receipt, which expires; `null` when nothing was charged. */
  url: string | null;
}

export interface RefundResult extends PurchaseResult {
  refund: {
    id: string;
    purchase: string;
    status: 'requested' | 'pending' | 'succeeded' | 'failed' | 'refused';
    amount: Money;
    reason: string;
    actor: string;
    /** It went back although the policy said no. */
    overridden: boolean;
    created_at: string;
  };
}

/** Adds promotional credits to an order. */
export interface BonusCode {
  id: string;
  code: string;
  active: boolean;
  bonus_credits: string | null;
  bonus_percent: number | null;
  lifetime_days: number;
  scope: 'any' | 'users' | 'organizations';
  max_redemptions: number | null;
  max_per_person: number | null;
  max_per_organization: number | null;
  first_purchase_only: boolean;
  minimum: Money | null;
  starts_at: string;
  ends_at: string | null;
  /** Orders that can still be paid. */
  reserved: number;
  /** Orders that were paid. */
  redeemed: number;
  created_by: string;
  created_at: string;
  disabled_at: string | null;
}

/** Freezes the promotion codes of a wallet until it is cleared. */
export interface PaymentWarning {
  /** Stripe's id of the warning, the dispute or the review. */
  id: string;
  kind: 'fraud_warning' | 'dispute' | 'review';
  purchase: string;
  created_at: string;
}

/** The bodies of what is about money, cards and subscriptions, spelled as the API spells them. */
import type { CreditsInput } from '../credits.ts';
import type { Owner } from './inputs.ts';

export interface RefundInput {
  /** Minor units, taxes included; default: all that is left. */
  amount?: number | undefined;
  reason: string;
  /** Refund although the policy says no. */
  override?: boolean | undefined;
}

export interface CardSetupInput {
  /** The customer agrees to have the card saved. */
  consent: true;
  success_url?: string | undefined;
  cancel_url?: string | undefined;
}

/** Terms to buy on, with exactly one of `amount` and `target`; or off. */
export type AutoTopUpInput =
  | {
      enabled: true;
      /** Buys when what is available, less what is owed, falls below. */
      threshold: CreditsInput;
      /** Credits to buy each time. */
      amount?: CreditsInput | undefined;
      /** Credits to come back to. */
      target?: CreditsInput | undefined;
      /** Minor units. */
      monthly_cap: { amount: number; currency: string };
      /** Default: whatever card is the default of the wallet. */
      payment_method?: string | undefined;
      /** The customer agrees to be charged on these terms without being there. */
      consent: true;
    }
  | { enabled: false };

/** What is not said takes its default; a plan is always put whole. */
export interface PlanInput {
  name: string;
  description?: string | undefined;
  /** Default `any`. */
  audience?: 'user' | 'org' | 'any' | undefined;
  /** For each unit of quantity and each period. */
  credits: CreditsInput;
  /** Minor units for each unit and period; 0 is a free plan. */
  price: { amount: number; currency: string };
  /** Default `month`. */
  every?: 'week' | 'month' | 'year' | undefined;
  /** Stripe's price; default: one is made. */
  lookup_key?: string | undefined;
  /** What of the rest of a period moves on into the next, at most, for each unit; default: nothing. */
  rollover_cap?: CreditsInput | undefined;
  /** How long credits outlive their period, while a renewal is on its way; 72 when left out. */
  grace_hours?: number | undefined;
  /** Seats of the organization that one unit includes. */
  seats?: number | undefined;
  trial_days?: number | undefined;
  /** Default: a trial brings none. */
  trial_credits?: CreditsInput | undefined;
  /** What a larger plan brings within the period: by default the difference for the rest of it. */
  proration?: 'difference' | 'none' | undefined;
}

export interface SubscriptionInput {
  wallet: Owner;
  plan: string;
  /** Default 1. */
  quantity?: number | undefined;
  success_url?: string | undefined;
  cancel_url?: string | undefined;
}

/** At least one of the two; what is left out stays. */
export interface SubscriptionChangeInput {
  plan?: string | undefined;
  quantity?: number | undefined;
}

export interface PortalSessionInput {
  /** Where the customer comes back to; default: the server's own address. */
  return_url?: string | undefined;
}

/** A code with exactly one of `bonus_credits` and `bonus_percent`. */
export interface BonusCodeInput {
  code: string;
  bonus_credits?: CreditsInput | undefined;
  bonus_percent?: number | undefined;
  /** How long the bonus lives after the payment; 365 when left out. */
  lifetime_days?: number | undefined;
  scope?: 'any' | 'users' | 'organizations' | undefined;
  max_redemptions?: number | undefined;
  /** 1 when left out; `null` is any number. */
  max_per_person?: number | null | undefined;
  /** 1 when left out; `null` is any number. */
  max_per_organization?: number | null | undefined;
  first_purchase_only?: boolean | undefined;
  /** The smallest order, in minor units. */
  minimum?: { amount: number; currency: string } | undefined;
  starts_at?: string | undefined;
  ends_at?: string | undefined;
}

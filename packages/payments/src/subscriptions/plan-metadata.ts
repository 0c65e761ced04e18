import { PlanTerms } from '@bursar/contracts';

/**
 * The terms a subscription was sold under, as Stripe carries them: it copies the metadata of a
 * subscription into each of its invoices, so what is paid for is known whatever arrives first.
 */
export interface SoldTerms {
  /** Public id, `sbs_…`; null for a subscription that was made in Stripe's dashboard. */
  subscription: string | null;
  wallet: string;
  terms: PlanTerms;
}

export function metadataOf(sold: SoldTerms): Record<string, string> {
  const { terms } = sold;
  return {
    kind: 'subscription',
    wallet: sold.wallet,
    ...(sold.subscription === null ? {} : { subscription: sold.subscription }),
    plan: terms.plan,
    name: terms.name,
    credits: terms.credits,
    amount: String(terms.amount),
    currency: terms.currency,
    every: terms.every,
    lookup_key: terms.lookup_key,
    rollover_cap: terms.rollover_cap,
    grace_hours: String(terms.grace_hours),
    seats: terms.seats === null ? '' : String(terms.seats),
    trial_days: String(terms.trial_days),
    trial_credits: terms.trial_credits,
    proration: terms.proration,
  };
}

/** What the metadata says; `terms` is null when only wallet and plan are named, as a person would. */
export interface SoldPlan {
  subscription: string | null;
  wallet: string;
  plan: string | null;
  terms: PlanTerms | null;
}

/** Null for a subscription that names no wallet: it is none of ours. */
export function readMetadata(metadata: Readonly<Record<string, string>> | null): SoldPlan | null {
  const wallet = metadata?.['wallet'];
  if (metadata === null || wallet === undefined) return null;
  const terms = PlanTerms.safeParse({
    ...metadata,
    amount: Number(metadata['amount']),
    grace_hours: Number(metadata['grace_hours']),
    seats: metadata['seats'] ? Number(metadata['seats']) : null,
    trial_days: Number(metadata['trial_days']),
  });
  return {
    wallet,
    subscription: metadata['subscription'] ?? null,
    plan: metadata['plan'] ?? null,
    terms: terms.success ? terms.data : null,
  };
}

import type { Stripe } from 'stripe';
import { setUpPack } from './set-up-packs.ts';
import { setUpPortal } from './set-up-portal.ts';
import { setUpWebhook } from './set-up-webhook.ts';

/** What an installation needs at Stripe. Money in minor units. */
export interface SetUpPlan {
  currency: string;
  packs: readonly { id: string; credits: string; subtotal: number }[];
  /** Where Stripe reports to. */
  webhookUrl: string;
  /** Where customers return to from the portal. */
  returnUrl: string;
}

/** One thing at Stripe, and what was done, or would be, to have it. */
export interface SetUpChange {
  object: 'product' | 'price' | 'portal configuration' | 'webhook endpoint';
  /** How it is found again. */
  key: string;
  action: 'created' | 'changed' | 'unchanged';
  /** Null for what a dry run did not create. */
  id: string | null;
  /** What differs. */
  detail: string;
}

export interface SetUpReport {
  changes: SetUpChange[];
  /** Told by Stripe once, when the endpoint is created. */
  webhookSecret: string | null;
}

/** What every part of the set-up works with. */
export interface SetUpContext {
  stripe: Stripe;
  plan: SetUpPlan;
  dryRun: boolean;
  changes: SetUpChange[];
}

/**
 * Brings a Stripe account to what the plan says: nothing is deleted, nothing made twice, and a second
 * run changes nothing. A dry run only reads.
 */
export async function setUpStripe(
  stripe: Stripe,
  apiVersion: string,
  plan: SetUpPlan,
  dryRun: boolean,
): Promise<SetUpReport> {
  const context: SetUpContext = { stripe, plan, dryRun, changes: [] };
  for (const pack of plan.packs) await setUpPack(context, pack);
  await setUpPortal(context);
  const webhookSecret = await setUpWebhook(context, apiVersion);
  return { changes: context.changes, webhookSecret };
}

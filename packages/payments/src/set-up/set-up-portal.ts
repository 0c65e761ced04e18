import type { Stripe } from 'stripe';
import type { SetUpContext } from './set-up-stripe.ts';

const KEY = 'portal';

/** Cards, addresses and past invoices are the customer's to see to; plans are changed in Bursar. */
const FEATURES = {
  customer_update: { enabled: true, allowed_updates: ['address', 'email', 'tax_id'] },
  invoice_history: { enabled: true },
  payment_method_update: { enabled: true },
  subscription_cancel: { enabled: true, mode: 'at_period_end' },
  subscription_update: { enabled: false },
} satisfies Stripe.BillingPortal.ConfigurationCreateParams.Features;

/** The portal's configuration of ours, known by its metadata; others are left alone. */
export async function setUpPortal({ stripe, plan, dryRun, changes }: SetUpContext): Promise<void> {
  const list = await stripe.billingPortal.configurations.list({ active: true, limit: 100 });
  const found = list.data.find(({ metadata }) => metadata?.['bursar'] === KEY);
  const known = { object: 'portal configuration', key: KEY } as const;
  const params = { default_return_url: plan.returnUrl, features: FEATURES };
  if (found === undefined) {
    const made = dryRun
      ? null
      : await stripe.billingPortal.configurations.create({ ...params, metadata: { bursar: KEY } });
    const detail = 'cards, addresses, invoices and cancelling; no change of plan';
    changes.push({ ...known, action: 'created', id: made?.id ?? null, detail });
    return;
  }
  const faults = differences(found, plan.returnUrl);
  if (faults.length > 0 && !dryRun) {
    await stripe.billingPortal.configurations.update(found.id, params);
  }
  changes.push({
    ...known,
    action: faults.length > 0 ? 'changed' : 'unchanged',
    id: found.id,
    detail: faults.join(', ') || 'as it should be',
  });
}

function differences(found: Stripe.BillingPortal.Configuration, returnUrl: string): string[] {
  const { features } = found;
  const cancelling = features.subscription_cancel;
  const wrong: [string, boolean][] = [
    ['the address to return to', found.default_return_url !== returnUrl],
    ['updates of the customer', !features.customer_update.enabled],
    ['past invoices', !features.invoice_history.enabled],
    ['updates of cards', !features.payment_method_update.enabled],
    ['cancelling', !cancelling.enabled || cancelling.mode !== 'at_period_end'],
    ['changes of plans', features.subscription_update.enabled],
  ];
  return wrong.filter(([, is]) => is).map(([what]) => what);
}

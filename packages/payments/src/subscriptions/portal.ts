import type Stripe from 'stripe';

const CONFIGURATION_MARK = { bursar: 'portal-1' };

/**
 * An address where the customer renews the card, sees invoices and cancels. It is made for one click
 * and is not to be kept. Plans are changed here and not there, so that their terms change with them.
 */
export async function openPortal(
  stripe: Stripe,
  of: { customer: string; returnUrl: string },
): Promise<string> {
  const configuration = await ensureConfiguration(stripe);
  const session = await stripe.billingPortal.sessions.create({
    customer: of.customer,
    configuration,
    return_url: of.returnUrl,
  });
  return session.url;
}

/** Our own, so that what somebody changes in the account's default one opens no doors here. */
async function ensureConfiguration(stripe: Stripe): Promise<string> {
  for await (const one of stripe.billingPortal.configurations.list({ active: true, limit: 100 })) {
    if (one.metadata?.['bursar'] === CONFIGURATION_MARK.bursar) return one.id;
  }
  const created = await stripe.billingPortal.configurations.create(
    {
      metadata: CONFIGURATION_MARK,
      features: {
        payment_method_update: { enabled: true },
        invoice_history: { enabled: true },
        customer_update: { enabled: true, allowed_updates: ['email', 'address', 'tax_id'] },
        subscription_cancel: { enabled: true, mode: 'at_period_end', proration_behavior: 'none' },
        subscription_update: { enabled: false },
      },
    },
    { idempotencyKey: `portal:${CONFIGURATION_MARK.bursar}` },
  );
  return created.id;
}

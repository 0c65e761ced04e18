import { Stripe } from 'stripe';
import { idOf, unlessMissing } from '../read-checkout.ts';

/** A page on which a card is saved and nothing is paid. */
export interface SetupPage {
  /** Names the page, so that the same request opens it once. */
  key: string;
  wallet: string;
  customer: string;
  currency: string;
  successUrl: string;
  cancelUrl: string;
}

/** Opens the page; called again under its key it answers with the same one. */
export async function openSetup(
  stripe: Stripe,
  page: SetupPage,
): Promise<{ session: string; url: string }> {
  const metadata = { kind: 'card_setup', wallet: page.wallet };
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'setup',
      customer: page.customer,
      currency: page.currency,
      metadata,
      setup_intent_data: { metadata },
      success_url: page.successUrl,
      cancel_url: page.cancelUrl,
    },
    { idempotencyKey: `setup:${page.key}` },
  );
  if (session.url === null) throw new Error(`Stripe opened ${session.id} without an address.`);
  return { session: session.id, url: session.url };
}

/** Removes a card from its customer; one that is gone already is no failure. */
export async function detachCard(stripe: Stripe, id: string): Promise<void> {
  const method = await unlessMissing(stripe.paymentMethods.retrieve(id));
  if (method === null || method.customer === null) return;
  await stripe.paymentMethods.detach(id, {}, { idempotencyKey: `detach:${id}` });
}

/** Hosted checkout never does this, and invoices of subscriptions are paid by it. */
export async function setDefaultCard(
  stripe: Stripe,
  customer: string,
  card: string,
): Promise<'set' | 'not_saved'> {
  const method = await unlessMissing(stripe.paymentMethods.retrieve(card));
  if (method === null || idOf(method.customer) !== customer) return 'not_saved';
  await stripe.customers.update(customer, {
    invoice_settings: { default_payment_method: card },
  });
  return 'set';
}

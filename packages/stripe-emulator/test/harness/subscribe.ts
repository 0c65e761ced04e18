/* oxlint-disable typescript/no-unsafe-type-assertion -- what comes over the wire is unknown until a test asserts it */
import type Stripe from 'stripe';
import { expect } from 'vitest';
import type { Shop } from './start-shop.ts';

export const DAY_SECONDS = 24 * 60 * 60;

/** A monthly price of a product of its own; `amount` in minor units. */
export function monthlyPrice(
  stripe: Stripe,
  amount = 2000,
  overrides: Partial<Stripe.PriceCreateParams> = {},
): Promise<Stripe.Price> {
  return stripe.prices.create({
    currency: 'usd',
    unit_amount: amount,
    recurring: { interval: 'month' },
    product_data: { name: `Plan for ${amount}` },
    ...overrides,
  });
}

export interface Subscribed {
  session: Stripe.Checkout.Session;
  subscription: Stripe.Subscription;
  invoice: Stripe.Invoice;
  customer: string;
}

/** Subscribes through Checkout with the card that always pays, or as overridden. */
export async function subscribe(
  shop: Shop,
  price: Stripe.Price,
  overrides: Partial<Stripe.Checkout.SessionCreateParams> = {},
  visit: Record<string, string> = {},
): Promise<Subscribed> {
  const { stripe } = shop;
  const customer = await stripe.customers.create({ email: 'ada@example.com' });
  const open = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: price.id, quantity: 1 }],
    success_url: 'http://shop.test/return?session_id={CHECKOUT_SESSION_ID}',
    ...overrides,
  });
  const path = `/_emu/checkout/sessions/${open.id}/complete`;
  const { status } = await shop.control('POST', path, visit);
  expect(status).toBe(200);
  const session = await stripe.checkout.sessions.retrieve(open.id, {
    expand: ['subscription', 'invoice'],
  });
  return {
    session,
    subscription: session.subscription as Stripe.Subscription,
    invoice: session.invoice as Stripe.Invoice,
    customer: customer.id,
  };
}

/** Moves the emulator's time past the end of the current period. */
export async function passPeriod(shop: Shop, subscription: Stripe.Subscription): Promise<void> {
  const current = await shop.stripe.subscriptions.retrieve(subscription.id);
  const { body } = await shop.control('GET', '/_emu/clock');
  const end = current.items.data[0]?.current_period_end ?? 0;
  await advance(shop, end - Number(body['now']) + 60);
}

export async function advance(shop: Shop, seconds: number): Promise<void> {
  const { status } = await shop.control('POST', '/_emu/clock', { advance: seconds });
  expect(status).toBe(200);
}

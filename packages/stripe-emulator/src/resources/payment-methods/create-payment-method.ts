import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId } from '../../state/ids.ts';
import type { AcceptedCard } from './card-entry.ts';

export interface BillingContact {
  email: string | null;
  name: string | null;
}

/** Whether Checkout may offer a method again once it is saved. */
export type Redisplay = 'always' | 'limited' | 'unspecified';

/** Stores a card as a payment method of nobody; saving it for a customer is `attachMethod`. */
export function createPaymentMethod(
  emulator: Emulator,
  { card, expMonth, expYear }: AcceptedCard,
  contact: BillingContact,
  redisplay: Redisplay = 'unspecified',
): Stripe.PaymentMethod {
  return storeMethod(emulator, contact, card.number, (fingerprint) => ({
    allow_redisplay: redisplay,
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint,
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    type: 'card',
  }));
}

/** Stores a method of nobody; the same `number` always has the same fingerprint. */
export function storeMethod(
  emulator: Emulator,
  contact: BillingContact,
  number: string,
  detailsOf: (
    fingerprint: string,
  ) => Partial<Stripe.PaymentMethod> & Pick<Stripe.PaymentMethod, 'type'>,
): Stripe.PaymentMethod {
  return emulator.state.paymentMethods.put<Stripe.PaymentMethod>({
    ...blankMethod(emulator, contact),
    ...detailsOf(fingerprintOf(number)),
  });
}

function blankMethod(
  emulator: Emulator,
  contact: BillingContact,
): Omit<Stripe.PaymentMethod, 'type'> {
  return {
    id: newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: {
      address: null,
      email: contact.email,
      name: contact.name,
      phone: null,
      tax_id: null,
    },
    created: emulator.clock.nowSeconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
  };
}

function fingerprintOf(number: string): string {
  return createHash('sha256')
    .update(number)
    .digest('base64url')
    .replaceAll(/[-_]/g, '')
    .slice(0, 16);
}

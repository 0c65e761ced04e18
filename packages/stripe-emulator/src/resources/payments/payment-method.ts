import { createHash } from 'node:crypto';
import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { newId } from '../../state/ids.ts';
import type { AcceptedCard } from './card-entry.ts';

export interface BillingContact {
  email: string | null;
  name: string | null;
}

/** Stores the card that pays as a payment method of its own; cards are not saved for later. */
export function createPaymentMethod(
  emulator: Emulator,
  { card, expMonth, expYear }: AcceptedCard,
  contact: BillingContact,
): Stripe.PaymentMethod {
  return emulator.state.paymentMethods.put<Stripe.PaymentMethod>({
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
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: expMonth,
      exp_year: expYear,
      fingerprint: fingerprintOf(card.number),
      funding: card.funding,
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: emulator.clock.nowSeconds(),
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  });
}

/** The same number always has the same fingerprint. */
function fingerprintOf(number: string): string {
  return createHash('sha256')
    .update(number)
    .digest('base64url')
    .replaceAll(/[-_]/g, '')
    .slice(0, 16);
}

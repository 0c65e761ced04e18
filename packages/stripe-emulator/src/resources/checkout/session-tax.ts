import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { settingsOf } from '../settings/settings.ts';
import type { SessionParams } from './session-fields.ts';

/**
 * The tax of a session; null when none is calculated. Tax depends on a place, so a known customer
 * needs an address, or leave to save the one that they type. Throws a 400 otherwise.
 */
export function taxPercentOf(
  emulator: Emulator,
  params: SessionParams,
  customer: Stripe.Customer | null,
): number | null {
  if (!params.automatic_tax?.enabled) return null;
  if (customer && !customer.address?.country && params.customer_update?.address !== 'auto')
    throw invalidRequest(
      "Automatic tax calculation in Checkout requires a valid address on the Customer. Add a valid address to the Customer or set `customer_update[address]` to 'auto' to save the address entered in Checkout to the Customer.",
      'automatic_tax',
      'customer_tax_location_invalid',
    );
  return settingsOf(emulator).taxPercent;
}

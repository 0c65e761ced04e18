import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { convertMoney } from '../../protocol/currencies.ts';
import { settingsOf } from '../settings/settings.ts';

/**
 * What the customer sees and pays in their own currency when adaptive pricing is on. The session's
 * own `currency` and amounts stay those of the shop, which is what integrations must read.
 */
export function presentmentOf(
  emulator: Emulator,
  session: Stripe.Checkout.Session,
): Stripe.Checkout.Session.PresentmentDetails | undefined {
  const { presentment } = settingsOf(emulator);
  const { amount_total: total, currency } = session;
  if (!session.adaptive_pricing?.enabled || !presentment || !total || currency === null)
    return undefined;
  if (presentment.currency === currency) return undefined;
  return {
    presentment_amount: convertMoney(total, currency, presentment.currency, presentment.rate),
    presentment_currency: presentment.currency,
  };
}

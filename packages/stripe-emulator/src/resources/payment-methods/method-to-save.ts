import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { invalidRequest } from '../../protocol/stripe-error.ts';
import { requireSavable, requireUnspent } from './attach-method.ts';
import { methodNamed } from './method-named.ts';

/**
 * The method to attach to a customer; `customer` is undefined for one that is being created.
 * Throws a 400 when it is somebody else's or was used up, a 402 when the bank declines to save it.
 */
export function methodToSave(
  emulator: Emulator,
  name: string,
  customer?: string,
): Stripe.PaymentMethod {
  const method = methodNamed(emulator, name);
  requireUnspent(emulator, method);
  if (method.customer !== null && method.customer !== customer)
    throw invalidRequest(
      'The payment method you provided has already been attached to a customer.',
    );
  requireSavable(method);
  return method;
}

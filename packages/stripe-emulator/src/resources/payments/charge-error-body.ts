import type Stripe from 'stripe';
import type { ErrorBody } from '../../protocol/stripe-error.ts';
import type { ChargeResult } from './build-charge.ts';

/** The bank would have taken this card with the cardholder there to authenticate. */
export const AUTHENTICATION_REQUIRED: ChargeResult = {
  kind: 'declined',
  decline: {
    code: 'authentication_required',
    declineCode: 'authentication_required',
    message: 'Your card was declined. This transaction requires authentication.',
    adviceCode: 'try_again_later',
    networkDeclineCode: '1A',
  },
};

/** Why a charge failed, as the error of a 402 says it. */
export function chargeErrorBody(charge: Stripe.Charge): ErrorBody {
  const { outcome } = charge;
  const declineCode = outcome?.type === 'blocked' ? 'fraudulent' : outcome?.reason;
  return {
    type: 'card_error',
    code: charge.failure_code ?? 'card_declined',
    message: charge.failure_message ?? 'Your card was declined.',
    charge: charge.id,
    ...(declineCode ? { decline_code: declineCode } : {}),
    ...(outcome?.advice_code ? { advice_code: outcome.advice_code } : {}),
    ...(outcome?.network_decline_code
      ? { network_decline_code: outcome.network_decline_code }
      : {}),
  };
}

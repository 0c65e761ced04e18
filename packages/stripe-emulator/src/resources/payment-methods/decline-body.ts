import type { ErrorBody } from '../../protocol/stripe-error.ts';
import type { Decline } from './test-card.ts';

/** A declined card as Stripe's errors describe it. */
export function declineBody(decline: Decline): ErrorBody {
  return {
    type: 'card_error',
    code: decline.code,
    message: decline.message,
    advice_code: decline.adviceCode,
    network_decline_code: decline.networkDeclineCode,
    ...(decline.declineCode === null ? {} : { decline_code: decline.declineCode }),
  };
}

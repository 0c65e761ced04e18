/**
 * Why a saved card was not charged: `soft` may pass by itself, `hard` will not, `authentication`
 * wants its owner, `card_gone` is no longer saved, `refused` is nothing the card can help.
 */
export interface Decline {
  kind: 'soft' | 'hard' | 'authentication' | 'card_gone' | 'refused';
  /** Stripe's most telling code. */
  code: string | null;
}

/** What Stripe says beside "no". */
export interface DeclineCodes {
  code?: string | null | undefined;
  declineCode?: string | null | undefined;
  adviceCode?: string | null | undefined;
}

/**
 * Codes after which the same card never works again, so trying on is only held against us: it was
 * lost, stolen, closed or expired, is of a kind that cannot be charged like this, or its owner or a
 * fraud rule said no for good. Everything unknown counts as soft: the breaker ends that, too.
 */
const HARD = new Set([
  'card_not_supported',
  'currency_not_supported',
  'expired_card',
  'fraudulent',
  'incorrect_cvc',
  'incorrect_number',
  'invalid_account',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'no_account',
  'not_permitted',
  'pickup_card',
  'restricted_card',
  'revocation_of_all_authorizations',
  'revocation_of_authorization',
  'security_violation',
  'stolen_card',
  'stop_payment_order',
  'transaction_not_allowed',
]);

const AUTHENTICATION = new Set([
  'authentication_required',
  'authentication_not_handled',
  'payment_intent_authentication_failure',
]);

/** Decides from Stripe's codes alone how a decline is to be met. */
export function classifyDecline({ code, declineCode, adviceCode }: DeclineCodes): Decline {
  const codes = [declineCode, code].filter((one) => typeof one === 'string');
  const [telling = null] = codes;
  const kind = codes.some((one) => AUTHENTICATION.has(one))
    ? 'authentication'
    : adviceCode === 'do_not_try_again' || codes.some((one) => HARD.has(one))
      ? 'hard'
      : 'soft';
  return { kind, code: telling };
}

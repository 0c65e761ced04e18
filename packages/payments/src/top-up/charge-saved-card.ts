import { Stripe } from 'stripe';
import { cardPaymentOf, TOP_UP_KIND, type CardPayment } from './card-payment.ts';
import { classifyDecline, type Decline } from './classify-decline.ts';

/** A charge of a saved card whose owner is not there. */
export interface TopUpCharge {
  /** The try it is made for: the root of its idempotency key, and how it is found again. */
  attempt: string;
  wallet: string;
  customer: string;
  paymentMethod: string;
  /** Minor units. */
  amount: number;
  currency: string;
  description: string;
}

/** Stripe took the payment up, or declined without making one. */
export type ChargeAnswer = { payment: CardPayment } | { payment: null; decline: Decline };

/**
 * Charges a saved card. Called again for the same try it gets the same answer, declines included,
 * for as long as Stripe keeps keys (a day); after that ask `findTopUpPayment`.
 *
 * @throws on outages (`isTransientPaymentError`): the outcome is unknown then.
 */
export async function chargeSavedCard(stripe: Stripe, charge: TopUpCharge): Promise<ChargeAnswer> {
  try {
    const intent = await stripe.paymentIntents.create(intentFor(charge), {
      idempotencyKey: `topup:${charge.attempt}`,
    });
    return { payment: cardPaymentOf(intent) };
  } catch (error) {
    const answer = refusalIn(error);
    if (answer === null) throw error;
    return answer;
  }
}

const intentFor = (charge: TopUpCharge): Stripe.PaymentIntentCreateParams => ({
  amount: charge.amount,
  currency: charge.currency,
  customer: charge.customer,
  payment_method: charge.paymentMethod,
  description: charge.description,
  confirm: true,
  off_session: true,
  // Nobody is there to be sent to a bank's page, so wanting that is a decline.
  error_on_requires_action: true,
  automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  metadata: { kind: TOP_UP_KIND, attempt: charge.attempt, wallet: charge.wallet },
});

function refusalIn(error: unknown): ChargeAnswer | null {
  if (error instanceof Stripe.errors.StripeCardError) {
    const decline = classifyDecline({
      code: error.code,
      declineCode: error.decline_code,
      adviceCode: error.advice_code,
    });
    const intent = error.payment_intent;
    return intent === undefined
      ? { payment: null, decline }
      : { payment: cardPaymentOf(intent, decline) };
  }
  // Stripe made nothing of it, and never will of the same request.
  if (error instanceof Stripe.errors.StripeInvalidRequestError && error.statusCode !== 409) {
    const code = error.code ?? null;
    return { payment: null, decline: { kind: isGone(error) ? 'card_gone' : 'refused', code } };
  }
  return null;
}

/** A card that was detached, or whose customer was deleted, is no longer anybody's to charge. */
const isGone = ({ param }: Stripe.errors.StripeInvalidRequestError): boolean =>
  param === 'payment_method' || param === 'customer';

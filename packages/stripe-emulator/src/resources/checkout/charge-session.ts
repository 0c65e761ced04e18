import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import type { SessionRecord } from '../../state/records.ts';
import { buildPaymentIntent } from '../payments/build-payment-intent.ts';
import { payIntent, type PaymentResult } from '../payments/pay-intent.ts';
import { presentmentOf } from './presentment.ts';

/** Charges what a session costs. One intent serves all attempts of a session. */
export function chargeSession(
  emulator: Emulator,
  cause: Cause,
  record: SessionRecord,
  method: Stripe.PaymentMethod,
): PaymentResult {
  const { state } = emulator;
  const { session } = record;
  const amount = session.amount_total ?? 0;
  const presentment = presentmentOf(emulator, session);
  const earlier =
    record.attemptedIntent === null ? undefined : state.paymentIntents.get(record.attemptedIntent);
  const intent: Stripe.PaymentIntent = {
    ...(earlier ??
      buildPaymentIntent(emulator, {
        ...record.paymentIntentData,
        amount,
        currency: session.currency ?? 'usd',
        customer: session.customer === null ? null : idOf(session.customer),
        automaticPaymentMethods: null,
      })),
    ...termsOf(record, method),
    ...(presentment ? { presentment_details: presentment } : {}),
    amount,
  };
  state.paymentIntents.put(intent);
  if (!earlier) emitEvent(emulator, cause, 'payment_intent.created', intent);
  return payIntent(emulator, cause, intent, method);
}

/** What the payment means for later ones, which the next attempt may decide differently. */
function termsOf(
  { session, paymentIntentData }: SessionRecord,
  method: Stripe.PaymentMethod,
): Partial<Stripe.PaymentIntent> {
  if (session.mode === 'subscription')
    return { description: 'Subscription creation', setup_future_usage: 'off_session' };
  // A customer who ticks the box wants to see the card again, not to be charged without a visit.
  const ticked = method.customer === null && method.allow_redisplay === 'always';
  const asked = paymentIntentData.setup_future_usage;
  return { setup_future_usage: asked ?? (ticked ? 'on_session' : null) };
}

import type Stripe from 'stripe';
import { BY_ITSELF, type Cause, type Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';
import { idOf } from '../../state/id-of.ts';
import { debitOutcomeOf } from '../payment-methods/bank-accounts.ts';
import { settingsOf } from '../settings/settings.ts';
import { endDebitedSession } from '../checkout/end-debited-session.ts';
import { buildCharge, type ChargeResult } from './build-charge.ts';
import { failIntent } from './fail-intent.ts';
import { settleCharge } from './settle-charge.ts';

const NO_MONEY = {
  code: 'insufficient_funds',
  message: "The customer's account has insufficient funds to cover this payment.",
};

/** Sends a direct debit to the customer's bank, which takes its time. */
export function debitIntent(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): { outcome: 'processing'; intent: Stripe.PaymentIntent } {
  const { state } = emulator;
  const sent: ChargeResult = { kind: 'pending' };
  const charge = state.charges.put(buildCharge(emulator, intent, method, sent, false));
  emitEvent(emulator, cause, 'charge.pending', charge);
  const processing = state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    last_payment_error: null,
    latest_charge: charge.id,
    next_action: null,
    payment_method: method.id,
    payment_method_types: ['card', 'us_bank_account'],
    status: 'processing',
  });
  emitEvent(emulator, cause, 'payment_intent.processing', processing);
  scheduleDebit(emulator, charge);
  return { outcome: 'processing', intent: processing };
}

/** Takes up the debits that were on their way when an earlier run ended. */
export function resumeDebits(emulator: Emulator): void {
  for (const charge of emulator.state.charges.values())
    if (charge.status === 'pending') scheduleDebit(emulator, charge);
}

function scheduleDebit(emulator: Emulator, { id, created }: Stripe.Charge): void {
  const { bankDebitSeconds } = settingsOf(emulator);
  emulator.clock.at((created + bankDebitSeconds) * 1000, () => {
    const charge = emulator.state.charges.get(id);
    if (charge?.status === 'pending') endDebit(emulator, charge);
  });
}

function endDebit(emulator: Emulator, before: Stripe.Charge): void {
  const { state } = emulator;
  const intent = state.paymentIntents.get(idOf(before.payment_intent));
  const method = state.paymentMethods.get(before.payment_method ?? '');
  if (!intent || !method) throw new Error(`The debit ${before.id} has lost its payment.`);
  if (debitOutcomeOf(method) === 'fails') failDebit(emulator, before, intent, method);
  else succeed(emulator, before, intent);
}

function succeed(emulator: Emulator, before: Stripe.Charge, intent: Stripe.PaymentIntent): void {
  const { state } = emulator;
  const charge = state.charges.put<Stripe.Charge>({ ...before, paid: true, status: 'succeeded' });
  emitEvent(emulator, BY_ITSELF, 'charge.succeeded', charge);
  const paid = state.paymentIntents.put<Stripe.PaymentIntent>({
    ...intent,
    amount_received: intent.amount,
    status: 'succeeded',
  });
  emitEvent(emulator, BY_ITSELF, 'payment_intent.succeeded', paid);
  endDebitedSession(emulator, intent.id, 'succeeded');
  settleCharge(emulator, BY_ITSELF, charge);
}

function failDebit(
  emulator: Emulator,
  before: Stripe.Charge,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
): void {
  const charge = emulator.state.charges.put<Stripe.Charge>({
    ...before,
    captured: false,
    amount_captured: 0,
    failure_code: NO_MONEY.code,
    failure_message: NO_MONEY.message,
    paid: false,
    receipt_url: null,
    status: 'failed',
  });
  emitEvent(emulator, BY_ITSELF, 'charge.failed', charge);
  failIntent(emulator, BY_ITSELF, intent, method, {
    type: 'card_error',
    charge: charge.id,
    ...NO_MONEY,
  });
  endDebitedSession(emulator, intent.id, 'failed');
}

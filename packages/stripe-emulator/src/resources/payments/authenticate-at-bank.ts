import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { authenticateSetup } from '../setup-intents/set-up-method.ts';
import { authenticateIntent, type AuthenticationOutcome } from './authenticate-intent.ts';
import { settleCharge } from './settle-charge.ts';

/** An intent that may wait for its cardholder. */
export type AuthenticatedIntent = Stripe.PaymentIntent | Stripe.SetupIntent;

/** Takes the cardholder's answer for an intent that no checkout session stands behind. */
export function authenticateAtBank(
  emulator: Emulator,
  cause: Cause,
  intent: AuthenticatedIntent,
  outcome: AuthenticationOutcome,
): AuthenticatedIntent {
  if (intent.object === 'setup_intent')
    return authenticateSetup(emulator, cause, intent, outcome).intent;
  const result = authenticateIntent(emulator, cause, intent, outcome);
  if (result.outcome === 'paid') settleCharge(emulator, cause, result.charge);
  return result.intent;
}

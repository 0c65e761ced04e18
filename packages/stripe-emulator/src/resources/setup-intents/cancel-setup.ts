import type Stripe from 'stripe';
import type { Cause, Emulator } from '../../emulator.ts';
import { emitEvent } from '../../events/emit-event.ts';

/** Gives up a setup that is still waiting for something. */
export function cancelSetup(
  emulator: Emulator,
  cause: Cause,
  intent: Stripe.SetupIntent,
  reason: Stripe.SetupIntent.CancellationReason | null,
): Stripe.SetupIntent {
  const canceled = emulator.state.setupIntents.put<Stripe.SetupIntent>({
    ...intent,
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  emitEvent(emulator, cause, 'setup_intent.canceled', canceled);
  return canceled;
}

import type { Emulator } from '../../emulator.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import type { AuthenticatedIntent } from '../../resources/payments/authenticate-at-bank.ts';
import { idOf } from '../../state/id-of.ts';
import { html } from '../html.ts';
import { layout } from '../layout.ts';

/** The page of the cardholder's bank, where they pass or fail 3-D Secure. */
export function authenticationPage(emulator: Emulator, intent: AuthenticatedIntent): string {
  const method = emulator.state.paymentMethods.get(idOf(intent.payment_method));
  const what =
    intent.object === 'payment_intent'
      ? `a payment of ${formatMoney(intent.amount, intent.currency)}`
      : 'saving this card for later payments';
  const content = html`<main class="card message">
    <p class="mark bank" aria-hidden="true">3D</p>
    <h1>Is it you?</h1>
    <p>
      Your bank asks you to confirm ${what} with your card ending in
      <strong class="digits">${method?.card?.last4 ?? '????'}</strong>.
    </p>
    <form class="answers" method="post" action="/c/3ds/${intent.id}">
      <button class="pay" type="submit" name="outcome" value="complete">Complete</button>
      <button class="secondary" type="submit" name="outcome" value="fail">Fail</button>
    </form>
    <p class="quiet">A bank would ask for a password or a fingerprint here.</p>
  </main>`;
  return layout('Confirm with your bank', content, 'narrow');
}

/** For an intent of the API that no longer waits, or that does not say where to return to. */
export function authenticationOverPage(intent: AuthenticatedIntent): string {
  const isDone = intent.status === 'succeeded';
  const title = isDone ? 'Confirmed' : 'There is nothing to confirm';
  const content = html`<main class="card message">
    <p class="mark ${isDone ? 'good' : 'over'}" aria-hidden="true">${isDone ? '✓' : '×'}</p>
    <h1>${title}</h1>
    <p>
      ${isDone ? 'Your bank knows that it is you.' : 'The payment was not confirmed, was confirmed before, or has been canceled.'}
      You can close this page and go back to the shop.
    </p>
  </main>`;
  return layout(title, content, 'narrow');
}

export function unknownAuthenticationPage(): string {
  const content = html`<main class="card message">
    <p class="mark over" aria-hidden="true">?</p>
    <h1>No such payment</h1>
    <p>
      The link is incomplete, or the emulator has been reset since it was made. Go back to the shop
      and start again.
    </p>
  </main>`;
  return layout('No such payment', content, 'narrow');
}

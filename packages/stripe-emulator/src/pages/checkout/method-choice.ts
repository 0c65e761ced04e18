import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { savedMethods } from '../../resources/checkout/saved-methods.ts';
import {
  DEBIT_OUTCOMES,
  offersDebit,
  type DebitOutcome,
} from '../../resources/payment-methods/bank-accounts.ts';
import { html, type Markup } from '../html.ts';
import type { CheckoutForm } from './checkout-form.ts';

/** The value of the choice that stands for typing a card. */
export const NEW_CARD = 'new';

/** What the customer may pay with; undefined when a new card is all there is. */
export function methodChoice(
  emulator: Emulator,
  session: Stripe.Checkout.Session,
  form: CheckoutForm,
): Markup | undefined {
  const saved = savedMethods(emulator, session);
  const debits = offersDebit(session) ? DEBIT_OUTCOMES : [];
  if (saved.length + debits.length === 0) return undefined;
  const chosen = chosenMethod(emulator, session, form);
  const canRemove = session.saved_payment_method_options?.payment_method_remove === 'enabled';
  return html`<fieldset class="methods">
    <legend>Pay with</legend>
    ${saved.map(
      (method) =>
        html`<div class="method">
          ${choice(method.id, chosen, savedLabel(method))}
          ${canRemove && removeButton(session.id, method)}
        </div>`,
    )}
    <div class="method">${choice(NEW_CARD, chosen, html`New card`)}</div>
    ${debits.map(
      (debit) => html`<div class="method">${choice(debit, chosen, debitLabel(debit))}</div>`,
    )}
  </fieldset>`;
}

/** What is chosen now: what was posted if it is still on offer, else the newest saved card. */
export function chosenMethod(
  emulator: Emulator,
  session: Stripe.Checkout.Session,
  form: CheckoutForm,
): string {
  const saved = savedMethods(emulator, session).map(({ id }) => id);
  if (debitChosen(session, form.method)) return form.method;
  if (form.method === NEW_CARD || saved.includes(form.method)) return form.method;
  return saved[0] ?? NEW_CARD;
}

/** How the test account behaves that was chosen, if one was and may be. */
export function debitChosen(
  session: Stripe.Checkout.Session,
  value: string,
): DebitOutcome | undefined {
  return offersDebit(session) ? DEBIT_OUTCOMES.find((outcome) => outcome === value) : undefined;
}

function debitLabel(outcome: DebitOutcome): Markup {
  return html`<span>Bank debit</span>
    <span class="quiet">${outcome === 'succeeds' ? 'arrives later' : 'comes back unpaid'}</span>`;
}

function choice(value: string, chosen: string, label: Markup): Markup {
  return html`<label>
    <input type="radio" name="method" value="${value}" ${value === chosen && html`checked`} />
    ${label}
  </label>`;
}

function savedLabel({ card }: Stripe.PaymentMethod): Markup {
  const expiry = `${String(card?.exp_month).padStart(2, '0')}/${String(card?.exp_year).slice(-2)}`;
  return html`<span><span class="brand">${card?.brand}</span> •••• ${card?.last4}</span>
    <span class="quiet">until ${expiry}</span>`;
}

function removeButton(sessionId: string, { id, card }: Stripe.PaymentMethod): Markup {
  return html`<button
    class="link"
    type="submit"
    name="remove"
    value="${id}"
    formaction="/c/pay/${sessionId}/remove-card"
    formnovalidate
    aria-label="Remove the saved card ending in ${card?.last4}"
  >
    Remove
  </button>`;
}

/** The promise, or the question, about keeping a new card. */
export function keepCard(session: Stripe.Checkout.Session, form: CheckoutForm): Markup | undefined {
  const options = session.saved_payment_method_options;
  if (session.customer === null || options?.payment_method_save !== 'enabled') return undefined;
  return html`<label class="check">
    <input type="checkbox" name="save" value="yes" ${form.isSaved && html`checked`} />
    Save this card for my next purchase
  </label>`;
}

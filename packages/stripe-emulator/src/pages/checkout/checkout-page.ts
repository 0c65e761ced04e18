import type Stripe from 'stripe';
import type { Emulator } from '../../emulator.ts';
import { formatMoney } from '../../protocol/currencies.ts';
import { isKeptByShop } from '../../resources/checkout/payment-source.ts';
import { needsCard } from '../../resources/checkout/subscription-mode.ts';
import { returnAddress } from '../../resources/checkout/return-address.ts';
import type { SessionRecord } from '../../state/records.ts';
import { html, type Markup } from '../html.ts';
import { layout } from '../layout.ts';
import { cardFields, testCards } from './card-fields.ts';
import type { CheckoutForm, FormErrors } from './checkout-form.ts';
import { field } from './field.ts';
import { keepCard, methodChoice } from './method-choice.ts';
import { orderSummary } from './order-summary.ts';

/** The page of an open session. */
export function checkoutPage(
  emulator: Emulator,
  record: SessionRecord,
  form: CheckoutForm,
  errors: FormErrors,
): string {
  const { session } = record;
  const asksForCard = needsCard(session);
  const words = wordsOf(session);
  const choice = asksForCard ? methodChoice(emulator, session, form) : undefined;
  const content = html`<form class="checkout" method="post" action="/c/pay/${session.id}">
    <button class="default-submit" type="submit" tabindex="-1" aria-hidden="true">Pay</button>
    <section class="summary" aria-labelledby="order">
      ${session.mode === 'setup' ? setupSummary() : orderSummary(emulator, record, form, errors)}
    </section>
    <main class="payment">
      <h1>${words.title}</h1>
      ${alert(errors)}
      ${form.notice !== '' && html`<p class="notice" role="status">${form.notice}</p>`}
      ${contactFields(session, form, errors)} ${choice}
      ${asksForCard && cardFields(form, errors, choice === undefined)}
      ${asksForCard && keepCard(session, form)}
      <button class="pay" type="submit" name="action" value="pay">${words.button}</button>
      ${asksForCard && isKeptByShop(record) && html`<p class="quiet terms">The shop may charge this card later, as agreed with you, until you remove it.</p>`}
      ${session.cancel_url !== null && html`<p class="cancel"><a href="${session.cancel_url}">Cancel and go back</a></p>`}
      ${asksForCard && testCards(`/c/pay/${session.id}/fill`)}
    </main>
  </form>`;
  return layout(words.button, content);
}

function wordsOf(session: Stripe.Checkout.Session): { title: string; button: string } {
  if (session.mode === 'setup') return { title: 'Save a card', button: 'Save card' };
  const total = formatMoney(session.amount_total ?? 0, session.currency ?? 'usd');
  const paid = session.amount_total === 0 ? 'Your card, for later' : 'Pay by card';
  const title = needsCard(session) ? paid : 'Complete your order';
  if (session.mode === 'subscription')
    return {
      title,
      button: session.amount_total === 0 ? 'Start subscription' : `Subscribe and pay ${total}`,
    };
  return { title, button: session.amount_total === 0 ? 'Complete order' : `Pay ${total}` };
}

function setupSummary(): Markup {
  return html`<h2 id="order">Save a card for later</h2>
    <p>Nothing is charged today.</p>`;
}

/** The page of a session that is complete or has expired. */
export function sessionOverPage(session: Stripe.Checkout.Session): string {
  const isComplete = session.status === 'complete';
  const title = isComplete ? 'You’re all done here' : 'This checkout session has expired';
  const content = html`<main class="card message">
    <p class="mark ${isComplete ? 'good' : 'over'}" aria-hidden="true">${isComplete ? '✓' : '×'}</p>
    <h1>${title}</h1>
    <p>
      ${
        isComplete
          ? session.mode === 'setup'
            ? 'Your card has been saved.'
            : 'Your payment has been taken, and this page will not take another one.'
          : 'Nothing was charged. Go back to the shop and start again.'
      }
    </p>
    ${isComplete && html`<p><a class="button" href="${returnAddress(session)}">Return to the shop</a></p>`}
    ${!isComplete && session.cancel_url !== null && html`<p><a class="button" href="${session.cancel_url}">Back to the shop</a></p>`}
  </main>`;
  return layout(title, content, 'narrow');
}

/** Shown for a session that can never be paid, because its customer was deleted. */
export function customerGonePage(session: Stripe.Checkout.Session): string {
  const content = html`<main class="card message">
    <p class="mark over" aria-hidden="true">×</p>
    <h1>This page cannot be used any more</h1>
    <p>The customer account it was opened for no longer exists. Nothing was charged.</p>
    ${session.cancel_url !== null && html`<p><a class="button" href="${session.cancel_url}">Back to the shop</a></p>`}
  </main>`;
  return layout('This page cannot be used any more', content, 'narrow');
}

export function unknownSessionPage(): string {
  const content = html`<main class="card message">
    <p class="mark over" aria-hidden="true">?</p>
    <h1>No such checkout session</h1>
    <p>
      The link is incomplete, or the emulator has been reset since it was made. Go back to the shop
      and start again.
    </p>
  </main>`;
  return layout('No such checkout session', content, 'narrow');
}

/** Says at the top that something is wrong; the fields say what. */
function alert(errors: FormErrors): Markup | undefined {
  if (errors.payment !== undefined)
    return html`<p class="alert" role="alert">
      ${errors.payment} Try another card, or try again.
    </p>`;
  const inFields = Object.keys(errors).filter((name) => name !== 'promotionCode').length;
  if (inFields === 0) return undefined;
  return html`<p class="alert" role="alert">
    Nothing was charged. Correct ${inFields === 1 ? 'the marked field' : 'the marked fields'}.
  </p>`;
}

function contactFields(
  session: Stripe.Checkout.Session,
  form: CheckoutForm,
  errors: FormErrors,
): Markup {
  const known = session.customer_details?.email ?? null;
  return field({
    name: 'email',
    label: 'Email',
    value: form.email,
    type: 'email',
    autocomplete: 'email',
    isReadOnly: known !== null,
    error: errors.email,
  });
}

import { setTimeout as wait } from 'node:timers/promises';
import type { Emulator } from '../../emulator.ts';
import { applyPromotion, removePromotion } from '../../resources/checkout/apply-promotion.ts';
import { completeSession } from '../../resources/checkout/complete-session.ts';
import { needsCard } from '../../resources/checkout/subscription-mode.ts';
import { returnAddress } from '../../resources/checkout/return-address.ts';
import {
  checkCardEntry,
  entryFor,
  type AcceptedCard,
} from '../../resources/payments/card-entry.ts';
import { findTestCard } from '../../resources/payments/test-cards.ts';
import { newId } from '../../state/ids.ts';
import { unreachable } from '../../unreachable.ts';
import type { SessionRecord } from '../../state/records.ts';
import type { PageAnswer } from '../handle-page.ts';
import { blankForm, readForm, type CheckoutForm, type FormErrors } from './checkout-form.ts';
import { checkoutPage, sessionOverPage, unknownSessionPage } from './checkout-page.ts';

/** What the page posts: apply or remove a code, fill in a test card, pay. */
export const CHECKOUT_STEPS = ['promotion', 'remove-promotion', 'fill', 'pay'] as const;
type Step = (typeof CHECKOUT_STEPS)[number] | 'show';

const WEBHOOK_WAIT_MS = 10_000;

/** Shows the hosted page or takes one step on it. */
export async function answerCheckout(
  emulator: Emulator,
  id: string,
  step: Step,
  body: string,
): Promise<PageAnswer> {
  const record = emulator.state.sessions.get(id);
  if (!record) return page(404, unknownSessionPage());
  const { session } = record;
  // Whoever presses Pay twice has paid once and goes where the payment leads.
  if (session.status === 'complete' && step === 'pay') return redirect(returnAddress(session));
  if (session.status !== 'open') return page(step === 'show' ? 200 : 409, sessionOverPage(session));
  if (step === 'show') return page(200, checkoutPage(emulator, record, blankForm(record), {}));
  const form = readForm(record, body);
  switch (step) {
    case 'promotion':
      return applyCode(emulator, record, form);
    case 'remove-promotion':
      return page(200, checkoutPage(emulator, removePromotion(emulator, record), form, {}));
    case 'fill':
      return page(200, checkoutPage(emulator, record, fillCard(emulator, form), {}));
    case 'pay':
      return form.promotionCode === ''
        ? pay(emulator, record, form)
        : applyCode(emulator, record, form);
    default:
      return unreachable(step);
  }
}

/** Also taken when Pay is pressed with a code that was typed but not applied: the total changes first. */
function applyCode(emulator: Emulator, record: SessionRecord, form: CheckoutForm): PageAnswer {
  if (form.promotionCode === '')
    return page(
      422,
      checkoutPage(emulator, record, form, { promotionCode: 'Type a promotion code first.' }),
    );
  const result = applyPromotion(emulator, record, form.promotionCode);
  if (result.outcome === 'refused')
    return page(422, checkoutPage(emulator, record, form, { promotionCode: result.message }));
  const notice = 'The code was applied. Check the new total.';
  return page(
    200,
    checkoutPage(emulator, result.record, { ...form, promotionCode: '', notice }, {}),
  );
}

async function pay(
  emulator: Emulator,
  record: SessionRecord,
  form: CheckoutForm,
): Promise<PageAnswer> {
  const { card, errors } = checkForm(emulator, record, form);
  if (Object.keys(errors).length > 0)
    return page(422, checkoutPage(emulator, record, form, errors));
  const contact = { email: form.email, name: form.name === '' ? null : form.name };
  const cause = { id: newId('req', 14), idempotency_key: crypto.randomUUID() };
  const result = completeSession(emulator, cause, record, contact, card);
  switch (result.outcome) {
    case 'completed':
      // Stripe holds the customer back until the shop has heard of the payment, but not for long.
      await Promise.race([
        emulator.delivery.firstTryOf(result.completedEvent),
        wait(WEBHOOK_WAIT_MS, undefined, { ref: false }),
      ]);
      return redirect(returnAddress(result.record.session));
    case 'declined':
      return page(
        402,
        checkoutPage(emulator, result.record, form, { payment: result.error.message }),
      );
    case 'discount_refused':
      return page(
        422,
        checkoutPage(emulator, removePromotion(emulator, record), form, {
          promotionCode: `${result.message} It was taken off; check the total.`,
        }),
      );
    case 'not_open':
      return page(409, sessionOverPage(record.session));
    default:
      return unreachable(result);
  }
}

function checkForm(
  emulator: Emulator,
  record: SessionRecord,
  form: CheckoutForm,
): { card: AcceptedCard | undefined; errors: FormErrors } {
  const errors: FormErrors = {};
  if (!/^[^\s@]+@[^\s@]+$/.test(form.email)) errors.email = 'Your email address is incomplete.';
  if (!needsCard(record.session)) return { card: undefined, errors };
  if (form.name === '') errors.name = 'Type the name on the card.';
  const check = checkCardEntry(form, emulator.clock.nowMs());
  if (check.outcome === 'accepted') return { card: check, errors };
  errors[check.field] = check.message;
  return { card: undefined, errors };
}

function fillCard(emulator: Emulator, form: CheckoutForm): CheckoutForm {
  const card = findTestCard(form.fill);
  if (!card) return form;
  return { ...form, ...entryFor(card, emulator.clock.nowMs()), name: form.name || 'Test Customer' };
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}

function redirect(location: string): PageAnswer {
  return { kind: 'redirect', location };
}

import type { Emulator } from '../../emulator.ts';
import { applyPromotion, removePromotion } from '../../resources/checkout/apply-promotion.ts';
import { completeSession } from '../../resources/checkout/complete-session.ts';
import { returnAddress } from '../../resources/checkout/return-address.ts';
import { savedMethods } from '../../resources/checkout/saved-methods.ts';
import { hasLostCustomer } from '../../resources/checkout/session-customer.ts';
import { detachMethod } from '../../resources/payment-methods/attach-method.ts';
import { entryFor } from '../../resources/payment-methods/card-entry.ts';
import { findTestCard } from '../../resources/payment-methods/test-cards.ts';
import { newId } from '../../state/ids.ts';
import { unreachable } from '../../unreachable.ts';
import type { SessionRecord } from '../../state/records.ts';
import type { PageAnswer } from '../handle-page.ts';
import { answerCompletion } from './answer-completion.ts';
import { checkForm } from './check-form.ts';
import { blankForm, readForm, type CheckoutForm } from './checkout-form.ts';
import {
  checkoutPage,
  customerGonePage,
  sessionOverPage,
  unknownSessionPage,
} from './checkout-page.ts';
import { NEW_CARD } from './method-choice.ts';

/** What the page posts: apply or remove a code, remove a saved card, fill in a test card, pay. */
export const CHECKOUT_STEPS = [
  'promotion',
  'remove-promotion',
  'remove-card',
  'fill',
  'pay',
] as const;
type Step = (typeof CHECKOUT_STEPS)[number] | 'show';

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
  if (hasLostCustomer(emulator, session)) return page(409, customerGonePage(session));
  if (step === 'show') return page(200, checkoutPage(emulator, record, blankForm(record), {}));
  const form = readForm(record, body);
  switch (step) {
    case 'promotion':
      return applyCode(emulator, record, form);
    case 'remove-promotion':
      return page(200, checkoutPage(emulator, removePromotion(emulator, record), form, {}));
    case 'remove-card':
      return removeCard(emulator, record, form);
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
  const { source, errors } = checkForm(emulator, record, form);
  if (Object.keys(errors).length > 0)
    return page(422, checkoutPage(emulator, record, form, errors));
  const contact = { email: form.email, name: form.name === '' ? null : form.name };
  const cause = { id: newId('req', 14), idempotency_key: crypto.randomUUID() };
  const result = completeSession(emulator, cause, record, contact, source);
  return answerCompletion(emulator, record, form, result);
}

/** The customer no longer wants a saved card to be offered; nothing of others can be removed. */
function removeCard(emulator: Emulator, record: SessionRecord, form: CheckoutForm): PageAnswer {
  const { session } = record;
  const isAllowed = session.saved_payment_method_options?.payment_method_remove === 'enabled';
  const method = savedMethods(emulator, session).find(({ id }) => id === form.remove);
  if (isAllowed && method)
    detachMethod(emulator, { id: newId('req', 14), idempotency_key: null }, method);
  return page(200, checkoutPage(emulator, record, form, {}));
}

function fillCard(emulator: Emulator, form: CheckoutForm): CheckoutForm {
  const card = findTestCard(form.fill);
  if (!card) return form;
  const name = form.name || 'Test Customer';
  return { ...form, ...entryFor(card, emulator.clock.nowMs()), method: NEW_CARD, name };
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}

function redirect(location: string): PageAnswer {
  return { kind: 'redirect', location };
}

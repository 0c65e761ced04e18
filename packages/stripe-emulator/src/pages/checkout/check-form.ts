import type { Emulator } from '../../emulator.ts';
import type { PaymentSource } from '../../resources/checkout/payment-source.ts';
import { needsCard } from '../../resources/checkout/subscription-mode.ts';
import { checkCardEntry } from '../../resources/payment-methods/card-entry.ts';
import type { SessionRecord } from '../../state/records.ts';
import type { CheckoutForm, FormErrors } from './checkout-form.ts';
import { chosenMethod, debitChosen, NEW_CARD } from './method-choice.ts';

/** What the form pays with, and what is wrong with it by field. */
export function checkForm(
  emulator: Emulator,
  { session }: SessionRecord,
  form: CheckoutForm,
): { source: PaymentSource | undefined; errors: FormErrors } {
  const errors: FormErrors = {};
  if (!/^[^\s@]+@[^\s@]+$/.test(form.email)) errors.email = 'Your email address is incomplete.';
  if (!needsCard(session)) return { source: undefined, errors };
  const chosen = chosenMethod(emulator, session, form);
  const method = emulator.state.paymentMethods.get(chosen);
  if (chosen !== NEW_CARD && method) return { source: { kind: 'saved', method }, errors };
  const debit = debitChosen(session, chosen);
  if (debit) return { source: { kind: 'bank_debit', debit }, errors };
  if (form.name === '') errors.name = 'Type the name on the card.';
  const check = checkCardEntry(form, emulator.clock.nowMs());
  if (check.outcome === 'accepted')
    return { source: { kind: 'card', card: check, isSaved: form.isSaved }, errors };
  errors[check.field] = check.message;
  return { source: undefined, errors };
}

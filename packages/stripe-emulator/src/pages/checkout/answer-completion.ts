import { setTimeout as wait } from 'node:timers/promises';
import type { Emulator } from '../../emulator.ts';
import { removePromotion } from '../../resources/checkout/apply-promotion.ts';
import type { CompletionResult } from '../../resources/checkout/complete-session.ts';
import { returnAddress } from '../../resources/checkout/return-address.ts';
import type { SessionRecord } from '../../state/records.ts';
import { unreachable } from '../../unreachable.ts';
import type { PageAnswer } from '../handle-page.ts';
import type { CheckoutForm } from './checkout-form.ts';
import { checkoutPage, customerGonePage, sessionOverPage } from './checkout-page.ts';

const WEBHOOK_WAIT_MS = 10_000;

/** Where an attempt to pay leads: to the shop, to the bank, or back to the form. */
export async function answerCompletion(
  emulator: Emulator,
  record: SessionRecord,
  form: CheckoutForm,
  result: CompletionResult,
): Promise<PageAnswer> {
  switch (result.outcome) {
    case 'completed':
      // Stripe holds the customer back until the shop has heard of the payment, but not for long.
      await Promise.race([
        emulator.delivery.firstTryOf(result.completedEvent),
        wait(WEBHOOK_WAIT_MS, undefined, { ref: false }),
      ]);
      return { kind: 'redirect', location: returnAddress(result.record.session) };
    case 'requires_action':
      return { kind: 'redirect', location: `/c/3ds/${result.intent}` };
    case 'declined':
      return page(
        402,
        checkoutPage(emulator, result.record, form, { payment: messageOf(result.error) }),
      );
    case 'discount_refused':
      return page(
        422,
        checkoutPage(emulator, removePromotion(emulator, record), form, {
          promotionCode: `${result.message} It was taken off; check the total.`,
        }),
      );
    case 'customer_gone':
      return page(409, customerGonePage(record.session));
    case 'not_open':
      return page(409, sessionOverPage(record.session));
    default:
      return unreachable(result);
  }
}

/** What the API says to developers is not what a customer needs to hear. */
function messageOf(error: { code?: string; message: string }): string {
  return error.code?.endsWith('authentication_failure')
    ? 'We are unable to authenticate your payment method. Nothing was charged.'
    : error.message;
}

function page(status: number, markup: string): PageAnswer {
  return { kind: 'page', status, markup };
}

import { currency } from '../protocol/currencies.ts';
import { decimal, integer, object, required, text } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { noSuchResource, StripeError } from '../protocol/stripe-error.ts';
import { endInvoice } from '../resources/invoices/end-invoice.ts';
import { payInvoice } from '../resources/invoices/pay-invoice.ts';
import { reissueInvoice } from '../resources/invoices/revise-invoice.ts';
import { changeCard } from '../resources/portal/change-card.ts';
import { changeSettings, settingsOf } from '../resources/settings/settings.ts';
import { inTimeOf } from '../resources/test-clocks/time-of.ts';
import { acceptCard } from './pay-as-customer.ts';

const DELAY_MAX_SECONDS = 60 * 24 * 60 * 60;
const SETTINGS = {
  bank_debit_seconds: integer({ min: 1, max: DELAY_MAX_SECONDS }),
  settlement_seconds: integer({ min: 0, max: DELAY_MAX_SECONDS }),
  tax_percent: decimal({ max: 100 }),
  presentment: object({ currency: required(currency()), rate: required(decimal({ max: 10_000 })) }),
};

const CARD = { card: required(text()) };

/** The control API of billing: where customers are, and what becomes of their invoices. */
export const BILLING_CONTROL_ROUTES: Route[] = [
  route('POST', '/_emu/customers/{id}/card', CARD, ({ emulator, params, id, cause }) => {
    const customer = emulator.state.customers.get(id);
    if (!customer || customer.deleted) throw noSuchResource('customer', id);
    const result = changeCard(emulator, cause, customer, acceptCard(emulator, params.card));
    if (result.outcome === 'declined') throw new StripeError(402, result.error);
    return { payment_method: result.method };
  }),
  route('POST', '/_emu/invoices/{id}/reissue', {}, ({ emulator: anyTime, id, cause }) => {
    const original = anyTime.state.invoices.get(id);
    if (!original) throw noSuchResource('invoice', id);
    const emulator = inTimeOf(anyTime, original.invoice);
    // What is reissued is the bill as it is afterwards, or its older state would be written back.
    const ended =
      original.invoice.status === 'open' ? endInvoice(emulator, cause, original, 'void') : original;
    const draft = reissueInvoice(emulator, cause, ended, original.invoice.metadata ?? {});
    return { invoice: payInvoice(emulator, cause, draft, {}).invoice };
  }),
  route('GET', '/_emu/settings', {}, ({ emulator }) => settingsOf(emulator)),
  route('POST', '/_emu/settings', SETTINGS, ({ emulator, params }) => {
    const before = settingsOf(emulator);
    return changeSettings(emulator, {
      bankDebitSeconds: params.bank_debit_seconds ?? before.bankDebitSeconds,
      settlementSeconds: params.settlement_seconds ?? before.settlementSeconds,
      taxPercent: params.tax_percent ?? before.taxPercent,
      presentment: params.presentment ?? before.presentment,
    });
  }),
];

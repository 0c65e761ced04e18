import { currency } from '../protocol/currencies.ts';
import { decimal, object, required } from '../protocol/fields.ts';
import { route, type Route } from '../protocol/route.ts';
import { changeSettings, settingsOf } from '../resources/settings/settings.ts';

const SETTINGS = {
  tax_percent: decimal({ max: 100 }),
  presentment: object({ currency: required(currency()), rate: required(decimal({ max: 10_000 })) }),
};

/** The control API of billing: where customers are, and what becomes of their invoices. */
export const BILLING_CONTROL_ROUTES: Route[] = [
  route('GET', '/_emu/settings', {}, ({ emulator }) => settingsOf(emulator)),
  route('POST', '/_emu/settings', SETTINGS, ({ emulator, params }) => {
    const { taxPercent, presentment } = settingsOf(emulator);
    return changeSettings(emulator, {
      taxPercent: params.tax_percent ?? taxPercent,
      presentment: params.presentment ?? presentment,
    });
  }),
];

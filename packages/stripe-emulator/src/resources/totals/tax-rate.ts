import type Stripe from 'stripe';

/** Every tax of the emulator is calculated by this one rate, whose percentage is a setting. */
export const EMULATED_TAX_RATE = 'txr_emulated';

export function taxRate(percent: number, created: number): Stripe.TaxRate {
  return {
    id: EMULATED_TAX_RATE,
    object: 'tax_rate',
    active: true,
    country: null,
    created,
    description: null,
    display_name: 'Tax',
    effective_percentage: percent,
    flat_amount: null,
    inclusive: false,
    jurisdiction: null,
    jurisdiction_level: null,
    livemode: false,
    metadata: {},
    percentage: percent,
    rate_type: 'percentage',
    state: null,
    tax_type: 'vat',
  };
}

/** Chooses an id of a kind by its prefix, and one out of a list. */
export interface Choices {
  id: (prefix: string) => string;
  one: <T>(...values: readonly [T, ...T[]]) => T;
}

export interface WalkRequest {
  method: 'DELETE' | 'GET' | 'POST';
  path: string;
  form?: Record<string, string>;
}

const post = (path: string, form: Record<string, string> = {}): WalkRequest => ({
  method: 'POST',
  path,
  form,
});
const get = (path: string): WalkRequest => ({ method: 'GET', path });
const remove = (path: string): WalkRequest => ({ method: 'DELETE', path });

const CARDS = [
  'pm_card_visa',
  'pm_card_chargeCustomerFail',
  'pm_card_authenticationRequired',
  'pm_card_chargeDeclined',
  'pm_card_createDispute',
  'pm_card_refundFail',
] as const;
const NUMBERS = ['4242424242424242', '4000000000000341', '4000002760003184'] as const;
const SHOP = 'http://shop.test/return';

type Step = (choose: Choices) => WalkRequest;

/** What takes things away that others still name. */
const ENDING: readonly Step[] = [
  ({ id }) => remove(`/v1/customers/${id('cus')}`),
  ({ id }) => post(`/v1/payment_methods/${id('pm')}/detach`),
  ({ id, one }) => post(`/v1/products/${id('prod')}`, { active: one('true', 'false') }),
  ({ id }) => remove(`/v1/products/${id('prod')}`),
  ({ id, one }) => post(`/v1/prices/${id('price')}`, { active: one('true', 'false') }),
  ({ id }) => remove(`/v1/coupons/${id('coupon')}`),
  ({ id, one }) => post(`/v1/promotion_codes/${id('promo')}`, { active: one('true', 'false') }),
  ({ id }) => post(`/v1/checkout/sessions/${id('cs')}/expire`),
  ({ id }) => remove(`/v1/subscriptions/${id('sub')}`),
  ({ id }) => remove(`/v1/test_helpers/test_clocks/${id('clock')}`),
  ({ one }) =>
    post('/_emu/clock', {
      advance: one('400', '400', '4000', '4000', '4000', '4000', '90000', '2700000'),
    }),
];

const USING: readonly Step[] = [
  () => post('/v1/customers', { email: 'ada@example.com' }),
  ({ id }) => post('/v1/customers', { test_clock: id('clock') }),
  ({ id }) =>
    post(`/v1/customers/${id('cus')}`, {
      'invoice_settings[default_payment_method]': id('pm'),
    }),
  ({ id, one }) =>
    post(`/v1/payment_methods/${one(...CARDS, id('pm'))}/attach`, { customer: id('cus') }),
  ({ id, one }) =>
    post('/v1/setup_intents', {
      customer: id('cus'),
      payment_method: one(...CARDS, id('pm')),
      confirm: 'true',
      return_url: SHOP,
    }),
  () => post('/v1/products', { name: 'Pack' }),
  ({ id, one }) =>
    post('/v1/prices', {
      currency: one('usd', 'eur', 'jpy'),
      unit_amount: one('1500', '0', '60'),
      product: id('prod'),
      ...one({}, { 'recurring[interval]': 'month' }, { 'recurring[interval]': 'year' }),
    }),
  ({ one }) => post('/v1/coupons', { percent_off: one('10', '100', '97'), duration: 'once' }),
  ({ id, one }) =>
    post('/v1/promotion_codes', {
      'promotion[type]': 'coupon',
      'promotion[coupon]': id('coupon'),
      code: one('SPRING', 'AUTUMN'),
      ...one({}, { customer: id('cus') }),
    }),
  ({ id, one }) =>
    post('/v1/checkout/sessions', {
      mode: one('payment', 'subscription'),
      success_url: SHOP,
      'line_items[0][price]': id('price'),
      'line_items[0][quantity]': '1',
      ...one({}, { customer: id('cus') }, { 'invoice_creation[enabled]': 'true' }),
      ...one({}, { allow_promotion_codes: 'true' }, { 'discounts[0][coupon]': id('coupon') }),
    }),
  ({ id }) =>
    post('/v1/checkout/sessions', {
      mode: 'setup',
      success_url: SHOP,
      currency: 'usd',
      customer: id('cus'),
    }),
  ({ id, one }) =>
    post(`/_emu/checkout/sessions/${id('cs')}/complete`, {
      card: one(...NUMBERS),
      ...one({}, { authentication: 'leave' }, { promotion_code: 'SPRING' }),
    }),
  ({ id, one }) =>
    post(`/_emu/checkout/sessions/${id('cs')}/complete`, { bank_debit: one('succeeds', 'fails') }),
  ({ id }) => get(`/c/pay/${id('cs')}`),
  ({ id, one }) =>
    post(`/c/pay/${id('cs')}`, {
      email: 'ada@example.com',
      name: 'Ada',
      card_number: one(...NUMBERS),
      card_expiry: '12 / 40',
      card_cvc: '123',
      ...one({}, { method: id('pm') }, { promotion_code: 'AUTUMN' }),
    }),
  ({ id, one }) => post(`/c/3ds/${id(one('pi', 'seti'))}`, { outcome: one('complete', 'fail') }),
  ({ id, one }) =>
    post(`/_emu/intents/${id(one('pi', 'seti'))}/authenticate`, {
      outcome: one('complete', 'fail'),
    }),
  ({ id, one }) =>
    post('/v1/payment_intents', {
      amount: one('2000', '10'),
      currency: 'usd',
      confirm: 'true',
      payment_method: one(...CARDS, id('pm')),
      'automatic_payment_methods[enabled]': 'true',
      'automatic_payment_methods[allow_redirects]': 'never',
      ...one({}, { customer: id('cus') }, { customer: id('cus'), off_session: 'true' }),
      ...one({}, { setup_future_usage: 'off_session' }),
    }),
  ({ id, one }) =>
    post(`/v1/payment_intents/${id('pi')}/confirm`, { payment_method: one(...CARDS) }),
  ({ id }) => post(`/v1/payment_intents/${id('pi')}/cancel`),
  ({ id, one }) => post('/v1/refunds', { payment_intent: id('pi'), ...one({}, { amount: '500' }) }),
  ({ id }) => post(`/v1/refunds/${id('re')}/cancel`),
  ({ id, one }) => post(`/_emu/charges/${id('ch')}/dispute`, one({}, { kind: 'inquiry' })),
  ({ id, one }) => post(`/_emu/disputes/${id('du')}/resolve`, { outcome: one('won', 'lost') }),
  ({ id }) => post(`/_emu/charges/${id('ch')}/efw`),
  ({ id, one }) =>
    post('/v1/subscriptions', {
      customer: id('cus'),
      'items[0][price]': id('price'),
      ...one({}, { default_payment_method: id('pm') }),
      ...one({}, { trial_period_days: '3' }),
    }),
  ({ id, one }) =>
    post(`/v1/subscriptions/${id('sub')}`, {
      'items[0][id]': id('si'),
      'items[0][price]': id('price'),
      proration_behavior: one('always_invoice', 'none', 'create_prorations'),
      ...one({}, { payment_behavior: 'error_if_incomplete' }),
    }),
  ({ id, one }) =>
    post(`/v1/subscriptions/${id('sub')}`, { cancel_at_period_end: one('true', 'false') }),
  ({ id }) => post(`/v1/subscriptions/${id('sub')}`, { trial_end: 'now' }),
  ({ id, one }) =>
    post(
      `/v1/invoices/${id('in')}/pay`,
      one({}, { paid_out_of_band: 'true' }, { payment_method: id('pm') }),
    ),
  ({ id, one }) =>
    post(`/v1/invoices/${id('in')}/${one('void', 'mark_uncollectible', 'finalize')}`),
  ({ id }) => post(`/_emu/invoices/${id('in')}/reissue`),
  ({ id, one }) =>
    post('/v1/credit_notes', {
      invoice: id('in'),
      amount: '100',
      ...one({ credit_amount: '100' }, { refund_amount: '100' }),
    }),
  ({ id, one }) => get(`/invoice/${id(one('in', 'cs'))}`),
  () => post('/v1/billing_portal/configurations', { 'features[invoice_history][enabled]': 'true' }),
  ({ id }) =>
    post('/v1/billing_portal/sessions', { customer: id('cus'), configuration: id('bpc') }),
  ({ id, one }) => post(`/_emu/customers/${id('cus')}/card`, { card: one(...NUMBERS) }),
  ({ one }) =>
    post('/v1/test_helpers/test_clocks', { frozen_time: one('1800000000', '1900000000') }),
  ({ id, one }) =>
    post(`/v1/test_helpers/test_clocks/${id('clock')}/advance`, {
      frozen_time: one('1802000000', '1804000000', '1902000000'),
    }),
  ({ one, id }) =>
    get(
      one(
        '/v1/customers',
        '/v1/checkout/sessions',
        `/v1/subscriptions?status=all&customer=${id('cus')}`,
        '/v1/invoices?expand[]=data.payments',
        '/v1/charges?expand[]=data.balance_transaction',
        '/v1/events',
        '/v1/balance_transactions?expand[]=data.source',
        '/v1/disputes',
        '/',
      ),
    ),
];

/** What the shop, its customers, banks and time do; each may meet things that are long gone. */
export const STEPS: readonly Step[] = [...USING, ...USING, ...USING, ...ENDING];

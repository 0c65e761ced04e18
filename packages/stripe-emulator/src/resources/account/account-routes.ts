import type Stripe from 'stripe';
import { route, type Route } from '../../protocol/route.ts';
import { noSuchResource } from '../../protocol/stripe-error.ts';

/** The account that every test key of this emulator belongs to. */
export const ACCOUNT_ID = 'acct_1EmulatedShop0000';

export const ACCOUNT_ROUTES: Route[] = [
  route('GET', '/v1/account', {}, () => ACCOUNT),
  route('GET', '/v1/accounts/{id}', {}, ({ id }) => {
    if (id !== ACCOUNT_ID) throw noSuchResource('account', id);
    return ACCOUNT;
  }),
];

const ACCOUNT: Stripe.Account = {
  id: ACCOUNT_ID,
  object: 'account',
  business_profile: {
    annual_revenue: null,
    estimated_worker_count: null,
    mcc: '5734',
    minority_owned_business_designation: null,
    name: 'Bursar test shop',
    product_description: null,
    specified_commercial_transactions_act_url: null,
    support_address: null,
    support_email: null,
    support_phone: null,
    support_url: null,
    url: null,
  },
  business_type: 'company',
  capabilities: { card_payments: 'active', transfers: 'active' },
  charges_enabled: true,
  controller: { type: 'account' },
  country: 'US',
  created: 1_700_000_000,
  default_currency: 'usd',
  details_submitted: true,
  email: 'shop@example.com',
  metadata: {},
  payouts_enabled: true,
  settings: {
    branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
    card_payments: {
      statement_descriptor_prefix: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
    dashboard: { display_name: 'Bursar test shop', timezone: 'Etc/UTC' },
    payments: {
      statement_descriptor: 'BURSAR TEST',
      statement_descriptor_kana: null,
      statement_descriptor_kanji: null,
      statement_descriptor_prefix_kana: null,
      statement_descriptor_prefix_kanji: null,
    },
  },
  type: 'standard',
};

import { renderNotice, type NoticeData } from '../src/index.ts';

export const brand = { productName: 'Bursar', publicUrl: 'https://bursar.example/' };
export const ana = { name: 'Ana' };

/** A fact of each kind, as the ledger writes it. */
export const facts: Record<string, NoticeData> = {
  'purchase-paid': {
    id: 'pur_1',
    status: 'paid',
    wallet: 'user:ana',
    credits: '5000',
    subtotal: { amount: 5_000, currency: 'usd' },
    discount: { amount: 0, currency: 'usd' },
    total: { amount: 5_000, currency: 'usd' },
    promotion_code: null,
    pack: 'business',
    checkout_url: null,
    created_at: '2026-11-21T03:00:00.000Z',
    settled_at: '2026-11-21T03:05:00.000Z',
    settled: '0',
    actor: 'user:ana',
    transaction: 'txn_1',
  },
  'credits-received': {
    kind: 'transfer',
    wallet: 'user:ana',
    amount: '300',
    settled: '0',
    from: 'org:acme',
    transaction: 'txn_2',
  },
  'request-created': request({ wallet: 'org:acme', reason: 'A big job' }),
  'request-approved': request({ granted: '200', status: 'approved' }),
  'request-rejected': request({ status: 'rejected', decision_reason: 'Not this month' }),
  'balance-low': { wallet: 'user:ana', balance: '12.5' },
  'balance-recovered': { wallet: 'user:ana', balance: '900' },
  'payment-failed': {
    id: 'pur_2',
    wallet: 'user:ana',
    credits: '500',
    total: { amount: 500, currency: 'usd' },
  },
  'topup-declined': {
    wallet: 'user:ana',
    credits: '1000',
    total: { amount: 1_000, currency: 'usd' },
    code: 'insufficient_funds',
    card: { brand: 'visa', last4: '4242' },
    checkout_url: 'https://pay.example/1',
    declines: 1,
    next_attempt_at: '2026-11-21T04:05:00.000Z',
  },
  'topup-paused': { wallet: 'user:ana', reason: 'disputed' },
  'topup-switched-off': { wallet: 'org:acme', reason: 'card_removed' },
  'topup-cap-reached': {
    wallet: 'user:ana',
    cap: { amount: 5_000, currency: 'usd' },
    charged: { amount: 4_500, currency: 'usd' },
    next: { amount: 1_000, currency: 'usd' },
  },
  'balance-owed': { wallet: 'user:ana', owed: '50' },
  'credits-expiring': {
    wallet: 'user:ana',
    amount: '120',
    days: 7,
    first_expires_at: '2026-12-01T00:00:00.000Z',
  },
  'budget-alert': {
    wallet: 'org:acme',
    budget: 'renders',
    percent: 80,
    spent: '82.5',
    limit: '100',
    enforce: true,
    period: 'month',
    ends_at: '2026-12-01T00:00:00.000Z',
    member: 'user:ana',
    product: 'render',
  },
  'webhook-disabled': {
    wallet: 'org:acme',
    id: 'whk_1',
    host: 'hooks.example',
    cause: 'failing',
  },
  'credits-taken-back': {
    wallet: 'user:ana',
    organization: 'org:acme',
    amount: '180',
    reason: 'Wrong list',
    transaction: 'txn_1',
  },
  'credits-recalled': {
    wallet: 'org:acme',
    members: 3,
    returned: '540',
    held: '10',
    reason: 'Wrong list',
  },
  'request-expired': request({ status: 'expired' }),
  'seat-assigned': { wallet: 'user:ana', organization: 'org:acme' },
  'seat-revoked': { wallet: 'user:ana', organization: 'org:acme' },
  'credits-delayed': { wallet: 'org:acme', member: 'user:ana', amount: '50', for: 'seat' },
  'rule-delayed': { wallet: 'org:acme', rule: 'top-up', required: '900', available: '10' },
  'subscription-renewed': subscription({
    kind: 'period',
    amount: '1000',
    settled: '20',
    rolled: '150',
    expires_at: '2027-01-04T00:00:00.000Z',
    paid: { amount: 900, currency: 'usd' },
    number: 'A-17',
    transaction: 'txn_1',
  }),
  'subscription-payment-failed': subscription({
    due: { amount: 1000, currency: 'usd' },
    number: 'A-18',
    next_attempt_at: '2026-12-04T00:00:00.000Z',
  }),
  'subscription-ending': subscription({ cancel_at: '2027-01-01T00:00:00.000Z' }),
  'subscription-resumed': subscription({}),
  'subscription-ended': subscription({ ended_at: '2027-01-01T00:00:00.000Z' }),
  'subscription-seats-exceeded': subscription({
    wallet: 'org:acme',
    seats: { included: 2, assigned: 3, over: ['user:ana'] },
  }),
  'member-removed': {
    wallet: 'user:ana',
    organization: 'org:acme',
    returned: '180',
    held: '0',
  },
};

function subscription(changes: NoticeData): NoticeData {
  const price = { amount: 1000, currency: 'usd' };
  return { wallet: 'user:ana', name: 'Pro', quantity: 1, price, ...changes };
}

function request(changes: NoticeData): NoticeData {
  return {
    id: 'req_1',
    wallet: 'user:ana',
    organization: 'org:acme',
    member: 'user:ana',
    amount: '500',
    granted: null,
    reason: null,
    decision_reason: null,
    status: 'pending',
    ...changes,
  };
}

/** A notice of a kind, from its fact with some of it changed. */
export const render = (
  kind: string,
  changes: NoticeData = {},
  recipient: { name: string | null } = ana,
) => renderNotice(kind, { ...facts[kind], ...changes }, recipient, brand);

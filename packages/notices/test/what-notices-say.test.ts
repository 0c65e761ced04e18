import { describe, expect, it } from 'vitest';
import type { NoticeData } from '../src/index.ts';
import { render } from './notice-facts.ts';

describe('what is read', () => {
  const read: [string, NoticeData, string, string[]][] = [
    [
      'budget-alert',
      {},
      'acme: Budget renders: 80% spent',
      [
        '82.5 credits of 100 are spent this month.',
        'refused until its limit is raised or the next period begins on December 1, 2026 (UTC).',
        'For: acme',
        'Member: ana',
        'Product: render',
      ],
    ],
    [
      'budget-alert',
      { enforce: false, period: 'total' },
      'acme: Budget renders: 80% spent',
      ['are spent in total.', 'nothing is refused beyond it'],
    ],
    [
      'purchase-paid',
      {},
      'Receipt: 5,000 credits',
      [
        'added to your wallet',
        'Rate: 100 credits for $1.00',
        'Price: $50.00',
        'Total paid: $50.00',
        'Date: November 21, 2026 (UTC)',
        'Purchase: pur_1',
        'Transaction: txn_1',
      ],
    ],
    [
      'purchase-paid',
      {
        wallet: 'org:acme',
        discount: { amount: 1_250, currency: 'usd' },
        total: { amount: 3_750, currency: 'usd' },
        promotion_code: 'WELCOME',
        settled: '50',
      },
      'acme: Receipt: 5,000 credits',
      [
        'added to the pool of acme',
        'outstanding balance was paid from them first: 50 credits',
        'Discount: -$12.50',
        'Promotion code: WELCOME',
        'Total paid: $37.50',
      ],
    ],
    [
      'credits-received',
      { message: 'For the course', settled: '1' },
      '300 credits from acme',
      ['acme sent 300 credits to your wallet', 'Message: For the course', 'first: 1 credit.'],
    ],
    ['credits-received', { kind: 'allocation' }, '300 credits from acme', ['acme handed out']],
    [
      'credits-received',
      { kind: 'return', wallet: 'org:acme', from: 'user:ana' },
      'acme: 300 credits from ana',
      ['Credits that ana had not spent came back', 'the pool of acme'],
    ],
    [
      'request-created',
      {},
      'acme: ana asks for 500 credits',
      ['Reason: A big job', 'Request: req_1'],
    ],
    ['request-approved', {}, 'Approved: 200 credits', ['acme granted 200 credits of the 500']],
    [
      'request-approved',
      { granted: '500' },
      'Approved: 500 credits',
      ['the 500 credits you asked'],
    ],
    ['request-rejected', {}, 'Your credit request was rejected', ['Reason: Not this month']],
    [
      'balance-low',
      {},
      'Credits are running low: 12.5 credits left',
      ['12.5 credits left in your'],
    ],
    [
      'credits-taken-back',
      {},
      'acme took back 180 credits',
      ['that you had not spent', 'Reason: Wrong list'],
    ],
    [
      'credits-recalled',
      {},
      'acme: 540 credits came back to the pool',
      ['10 credits are held for running work'],
    ],
    ['request-expired', {}, 'Your credit request expired', ['No credits moved; you can ask again']],
    ['seat-assigned', {}, 'You have a seat in acme', ['assigned you a seat']],
    ['seat-revoked', {}, 'Your seat in acme was revoked', ['stay yours']],
    ['credits-delayed', {}, 'acme: The pool cannot pay 50 credits yet', ['(a seat)']],
    [
      'rule-delayed',
      {},
      'acme: The rule top-up waits for credits',
      ['Required: 900', 'Available: 10'],
    ],
    [
      'subscription-renewed',
      {},
      'Pro: 1,000 credits added',
      ['150 credits of the time before', 'paid from them first: 20 credits', 'Invoice: A-17'],
    ],
    [
      'subscription-renewed',
      { kind: 'trial', rolled: '0', settled: '0' },
      'Pro: 1,000 credits added',
      ['of your Pro trial'],
    ],
    [
      'subscription-payment-failed',
      {},
      'Pro: the payment failed',
      ['$10.00 for Pro', 'tried again on'],
    ],
    [
      'subscription-payment-failed',
      { next_attempt_at: null },
      'Pro: the payment failed',
      ['not tried again by itself'],
    ],
    ['subscription-ending', {}, 'Pro ends on January 1, 2027 (UTC)', ['you can resume it']],
    ['subscription-resumed', {}, 'Pro goes on', ['renewed as before']],
    ['subscription-ended', {}, 'Pro has ended', ['can be spent until it expires']],
    [
      'subscription-seats-exceeded',
      {},
      'acme: Pro includes fewer seats than are taken',
      ['Included: 2', 'Beyond: ana'],
    ],
    [
      'member-removed',
      {},
      'You are no longer a member of acme',
      ['180 credits that acme had allocated to you'],
    ],
    [
      'member-removed',
      { cause: 'organization_deletion', returned: '0', kept: '75' },
      'acme was deleted',
      ['You keep 75 credits', 'Kept: 75'],
    ],
    [
      'topup-declined',
      {},
      'Auto top-up declined: 1,000 credits',
      [
        'The card visa ending in 4242 was declined for the auto top-up of your wallet.',
        'number 1',
        'Code: insufficient_funds',
        'https://pay.example/1',
      ],
    ],
    ['topup-paused', {}, 'Auto top-up is paused', ['a payment was disputed']],
    [
      'topup-paused',
      { reason: 'authentication_required', credits: '10', total: { amount: 500, currency: 'usd' } },
      'Auto top-up is paused',
      ['the bank wants you to confirm', 'Total: $5.00'],
    ],
    [
      'topup-switched-off',
      {},
      'acme: Auto top-up is off: its card was removed',
      ['no other card is charged in its place'],
    ],
    [
      'topup-cap-reached',
      {},
      'Auto top-up has reached its monthly cap of $50.00',
      ['nothing was charged', 'Charged this month: $45.00', 'Next top-up: $10.00'],
    ],
    ['balance-owed', {}, 'Outstanding balance: 50 credits', ['Owed: 50']],
    [
      'credits-expiring',
      {},
      '120 credits will expire within 7 days',
      ['First on: December 1, 2026 (UTC)'],
    ],
  ];
  it.each(read)('%s with %o', (kind, changes, subject, sentences) => {
    const notice = render(kind, changes);
    const text = notice.text.replace(/: +/g, ': ');
    expect(notice.subject).toBe(subject);
    for (const sentence of sentences) expect(text).toContain(sentence);
  });

  it('leaves out what there is nothing to say about', () => {
    const { text } = render('purchase-paid');
    expect(text).not.toMatch(/Discount|Promotion|outstanding/);
    expect(render('credits-received').text).not.toMatch(/Message/);
    expect(render('request-rejected', { decision_reason: ' ' }).text).not.toMatch(/Reason/);
  });

  it('greets people by name, and those without one, too', () => {
    expect(render('balance-low').text).toMatch(/^Hello Ana,\n/);
    expect(render('balance-low', {}, { name: null }).text).toMatch(/^Hello,\n/);
    expect(render('balance-low', {}, { name: '  ' }).text).toMatch(/^Hello,\n/);
  });
});

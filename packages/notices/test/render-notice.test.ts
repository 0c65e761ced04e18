import { globSync, readFileSync } from 'node:fs';
import { NOTICE_KINDS, WEBHOOK_EVENT_TYPES } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { noticeKinds, renderNotice, type NoticeData } from '../src/index.ts';

const brand = { productName: 'Bursar', publicUrl: 'https://bursar.example/' };
const ana = { name: 'Ana' };

/** A fact of each kind, as the ledger writes it. */
const facts: Record<string, NoticeData> = {
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
  'member-removed': {
    wallet: 'user:ana',
    organization: 'org:acme',
    returned: '180',
    held: '0',
  },
};

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

const render = (kind: string, changes: NoticeData = {}, recipient: { name: string | null } = ana) =>
  renderNotice(kind, { ...facts[kind], ...changes }, recipient, brand);

/** What a person sees of a document. */
const seen = (html: string): string =>
  html
    .replace(/<head>.*<\/head>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');

/** Facts for programs: webhooks carry them, and no person gets a notice. Invitations have a mail of their own. */
const TOLD_TO_NOBODY = [
  'hold-expired',
  'invitation-sent',
  'request-cancelled',
  'allocation-completed',
  'member-joined',
  'member-suspended',
  'member-reinstated',
];

describe('every kind of fact', () => {
  it('that the ledger writes has a template, and no template is without a fact', () => {
    const sql = globSync('packages/ledger/src/**/*.sql').map((file) => readFileSync(file, 'utf8'));
    const written = sql.flatMap((text) =>
      [
        ...text.matchAll(/(?:record_fact|tell_of_member)\('([a-z-]+)'/g),
        ...text.matchAll(/insert into bursar\.outbox [^;]*?select '([a-z-]+)'/g),
      ].map((match) => match[1]),
    );
    expect(written.length).toBeGreaterThan(0);
    expect(new Set<string | undefined>([...noticeKinds, ...TOLD_TO_NOBODY])).toEqual(
      new Set(written),
    );
    expect(new Set<string>(Object.keys(NOTICE_KINDS))).toEqual(new Set(noticeKinds));
    const types = written.map((kind = '') =>
      kind
        .replace(/^request-/, 'credit_request-')
        .replace('-', '.')
        .replaceAll('-', '_'),
    );
    expect(new Set(types)).toEqual(new Set<string>(WEBHOOK_EVENT_TYPES));
  });

  it.each(noticeKinds)('%s says the same in text and in HTML', (kind) => {
    const { subject, text, html } = render(kind);
    const page = seen(html);
    expect(subject).toMatch(/\S/);
    expect(page).toContain(subject);
    const lines = text.split('\n').filter((line) => line !== '');
    const parts = lines.flatMap((line) => line.split(/:\s{1,}/));
    for (const part of parts.filter((one) => !one.startsWith('https:'))) {
      expect(page).toContain(part);
    }
    expect(text).toContain(brand.publicUrl);
    expect(html).toContain(`href="${brand.publicUrl}"`);
  });

  it.each(noticeKinds)('%s loads nothing from anywhere and runs nothing', (kind) => {
    const { html } = render(kind);
    expect(html).not.toMatch(/<(img|script|link|iframe|object)|src=|url\(|@import/i);
    expect(html.match(/https?:[^"'\s<]*/g)).toEqual([brand.publicUrl]);
  });

  it.each(['purchase-refused', '', 'constructor', '__proto__'])('%o has no template', (kind) => {
    expect(() => renderNotice(kind, {}, ana, brand)).toThrow(/no template/);
  });
});

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
      'member-removed',
      {},
      'You are no longer a member of acme',
      ['180 credits that acme had allocated to you'],
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

describe('who is meant', () => {
  const names = { 'org:acme': 'Acme Ltd', 'user:ana': 'Ana Lee' };

  it('is said by name where there is one, and by id where there is none', () => {
    const { subject, text } = render('request-created', { names });
    expect(subject).toBe('Acme Ltd: Ana Lee asks for 500 credits');
    expect(text).toContain('Ana Lee asks Acme Ltd for 500 credits.');
    expect(text).not.toMatch(/org:|user:|acme/);
    expect(render('request-created', { names: { 'org:acme': ' ' } }).text).toContain(
      'ana asks acme',
    );
  });

  it('decides why a mail is sent: for a pool, or for a wallet of their own', () => {
    expect(render('balance-low', { wallet: 'org:acme', names }).text).toContain(
      'because you look after the credits of Acme Ltd at Bursar',
    );
    expect(render('balance-low').text).toContain('because of your wallet at Bursar');
  });

  it('can end mail by a link in both parts, where it may end', () => {
    const unsubscribeUrl = 'https://bursar.example/unsubscribe/x.y';
    const { text, html } = renderNotice(
      'balance-low',
      facts['balance-low'] ?? {},
      { name: null, unsubscribeUrl },
      brand,
    );
    expect(text).toContain(`Stop mail like this: ${unsubscribeUrl}`);
    expect(html).toContain(`href="${unsubscribeUrl}"`);
    expect(render('balance-low').text).not.toContain('Stop mail');
  });
});

describe('what people wrote', () => {
  it('stays text in HTML, in every place it can reach', () => {
    const attack = `<script>alert("1")</script>&'`;
    const html = [
      render('credits-received', { message: attack }, { name: attack }).html,
      render('request-created', { reason: attack, member: attack }).html,
      renderNotice('balance-low', facts['balance-low'] ?? {}, ana, {
        productName: attack,
        publicUrl: `https://bursar.example/"onload="alert(1)`,
      }).html,
    ];
    for (const page of html) {
      expect(page).not.toMatch(/<script|"onload/);
      expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;&#39;');
    }
  });

  it('is one line: it starts neither a header nor a row of the receipt', () => {
    const { subject, text } = render('request-created', {
      member: 'user:ana\r\nBcc: all@example.org',
      reason: 'Because\nCredits:   9,999\u2028Request: req_2\u202E',
    });
    expect(subject).toBe('acme: ana Bcc: all@example.org asks for 500 credits');
    expect(text).toMatch(/^Reason: +Because Credits: 9,999 Request: req_2$/m);
  });
});

describe('a fact and a template that have come apart', () => {
  it.each<[string, NoticeData]>([
    ['balance-low', { balance: undefined }],
    ['balance-low', { balance: 12.5 }],
    ['balance-low', { balance: '1e3' }],
    ['purchase-paid', { total: null }],
    ['purchase-paid', { total: { amount: 12.5, currency: 'usd' } }],
    ['purchase-paid', { total: { amount: 100 } }],
    ['purchase-paid', { settled_at: null }],
    ['purchase-paid', { settled_at: 'yesterday' }],
    ['credits-expiring', { days: '7' }],
  ])('%s with %o is an error, never a mail with a hole', (kind, changes) => {
    expect(() => render(kind, changes)).toThrow(/come apart/);
  });
});

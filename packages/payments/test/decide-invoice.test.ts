import type { PlanTerms } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { decideInvoice, type InvoiceState } from '../src/index.ts';

type Line = InvoiceState['lines'][number];

const termsOf = (plan: string, credits: string, changes: Partial<PlanTerms> = {}): PlanTerms => ({
  plan,
  name: plan,
  credits,
  amount: 1_000,
  currency: 'usd',
  every: 'month',
  lookup_key: plan,
  rollover_cap: '7',
  grace_hours: 72,
  seats: null,
  trial_days: 0,
  trial_credits: '0',
  proration: 'difference',
  ...changes,
});
const lineOf = (price: string, amount: number, changes: Partial<Line> = {}): Line => ({
  id: `il_${price}_${amount}`,
  item: 'si_1',
  price,
  amount,
  discount: 0,
  quantity: 1,
  proration: false,
  start: '2026-11-01T00:00:00.000Z',
  end: '2026-12-01T00:00:00.000Z',
  ...changes,
});
const half = { proration: true, start: '2026-11-16T00:00:00.000Z' };
const terms = new Map([
  ['small', termsOf('small', '100')],
  ['large', termsOf('large', '501')],
  ['silent', termsOf('silent', '501', { proration: 'none' })],
  ['tried', termsOf('tried', '100', { trial_credits: '5' })],
  ['free', termsOf('free', '100', { amount: 0 })],
  ['vast', termsOf('vast', '99999999999999', { rollover_cap: '99999999999999' })],
]);
const decide = (lines: Line[], status = 'paid') => decideInvoice({ status, lines }, terms);
const creditsOf = (lines: Line[]) =>
  decide(lines).lines.map(({ kind, credits }) => [kind, credits]);

describe('what a bill grants', () => {
  it('is its periods, times the quantity, until their end and the grace', () => {
    const { lines } = decide([lineOf('small', 3_000, { quantity: 3, discount: 500 })]);
    expect(lines).toMatchObject([
      {
        kind: 'period',
        credits: '300',
        unit_credits: '100',
        paid: 2_500,
        rollover_cap: '21',
        expires_at: '2026-12-04T00:00:00.000Z',
      },
    ]);
  });

  it.each([
    ['nothing before it is paid', [], [lineOf('small', 1_000)], 'open'],
    ['nothing for a trial', [], [lineOf('small', 0)], 'paid'],
    ['what the plan says for a trial', [['trial', '5']], [lineOf('tried', 0)], 'paid'],
    ['a whole period of a free plan', [['period', '100']], [lineOf('free', 0)], 'paid'],
    [
      'a whole period that a code made free',
      [['period', '100']],
      [lineOf('small', 1_000, { discount: 1_000 })],
      'paid',
    ],
    [
      'half of the difference for half of the period, half up',
      [['proration', '201']],
      [lineOf('small', -500, half), lineOf('large', 2_500, half)],
      'paid',
    ],
    [
      'nothing within the period when the plan says so',
      [],
      [lineOf('small', -500, half), lineOf('silent', 2_500, half)],
      'paid',
    ],
    [
      'less, where money was given back for a smaller plan',
      [['period', '300']],
      [
        lineOf('large', -2_500, half),
        lineOf('small', 500, half),
        lineOf('large', 5_000, { start: '2026-12-01T00:00:00.000Z' }),
      ],
      'paid',
    ],
  ])('is %s', (_, expected, lines, status) => {
    const granted = decide(lines, status).lines.map(({ kind, credits }) => [kind, credits]);
    expect(granted).toEqual(expected);
  });

  it('is left to an operator where a price belongs to no plan, or too much was given back', () => {
    expect(decide([lineOf('unknown', 1_000)])).toEqual({
      lines: [],
      review: 'The price unknown belongs to no plan.',
    });
    const shrunk = decide([lineOf('large', -2_500, half), lineOf('small', 500, half)]);
    expect(shrunk.lines).toEqual([]);
    expect(shrunk.review).toMatch(/smaller plan/);
  });

  it('is left to an operator where a quantity from the dashboard is beyond all amounts', () => {
    const { lines, review } = decide([
      lineOf('vast', 1_000, { quantity: 10_001 }),
      lineOf('small', 1_000),
    ]);
    expect(lines).toMatchObject([{ plan: 'small', credits: '100' }]);
    expect(review).toBe(
      '10001 times the plan vast is more than one grant can bring, so it brought nothing.',
    );
  });

  it('counts a period back from its end, by the calendar', () => {
    const february = { start: '2027-02-14T00:00:00.000Z', end: '2027-02-28T00:00:00.000Z' };
    const lines = [lineOf('large', 500, { proration: true, ...february })];
    // From 28 January: 14 of 31 days.
    expect(creditsOf(lines)).toEqual([['proration', '226']]);
  });
});

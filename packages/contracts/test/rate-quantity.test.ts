import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAmount,
  parseQuantity,
  PriceBody,
  QUANTITY_LIMIT,
  rateQuantity,
  renderPriceModel,
  type PriceRule,
} from '../src/index.ts';

const ruleOf = (model: unknown, rest: object = {}): PriceRule => {
  const { minimum = null, ...rule } = PriceBody.parse({ product: 'x', meter: 'y', model, ...rest });
  return { ...rule, minimum };
};

/** The cost as text, or the fault. */
const cost = (rule: PriceRule, quantity: string): string => {
  const parsed = parseQuantity(quantity);
  if (!parsed.ok) return parsed.fault;
  const rated = rateQuantity(rule, parsed.millionths);
  return rated.ok ? formatAmount(rated.micro) : rated.fault;
};

const perThousand = { type: 'per_unit', rate: '0.5', per: 1000 };
const third = { type: 'per_unit', rate: '0.000001', per: 3 };
const packs = { type: 'package', size: 100, price: '2' };
const tiers = [
  { up_to: 10, rate: '1' },
  { up_to: 100, rate: '0.5', flat: '3' },
  { up_to: null, rate: '0.1' },
];
const graduated = { type: 'graduated', tiers };
const volume = { type: 'volume', tiers };
const freeFirst = {
  type: 'graduated',
  per: 1000,
  tiers: [
    { up_to: 1000, rate: 0 },
    { up_to: null, rate: '2' },
  ],
};

describe('a quantity costs', () => {
  it.each([
    // A rate for so many units, exact below the unit too.
    [perThousand, {}, '1000', '0.5'],
    [perThousand, {}, '1', '0.0005'],
    [perThousand, {}, '0.002', '0.000001'],
    [perThousand, {}, '999999999999.999999', '500000000'],
    // Rounded once, half up to the micro-credit unless told otherwise.
    [third, {}, '1', 'nothing'],
    [third, {}, '1.499999', 'nothing'],
    [third, {}, '1.5', '0.000001'],
    [third, {}, '4.499999', '0.000001'],
    [third, {}, '4.5', '0.000002'],
    [third, { rounding: 'up' }, '0.000001', '0.000001'],
    [third, { rounding: 'up' }, '3', '0.000001'],
    [third, { rounding: 'up' }, '3.000001', '0.000002'],
    [third, { rounding: 'down' }, '2.999999', 'nothing'],
    [third, { rounding: 'down' }, '5.999999', '0.000001'],
    // A package that was begun counts.
    [packs, {}, '0.000001', '2'],
    [packs, {}, '100', '2'],
    [packs, {}, '100.000001', '4'],
    [packs, {}, '250', '6'],
    // A tier's last unit belongs to it.
    [graduated, {}, '10', '10'],
    [graduated, {}, '10.000001', '13.000001'],
    [graduated, {}, '100', '58'],
    [graduated, {}, '101', '58.1'],
    [volume, {}, '10', '10'],
    [volume, {}, '11', '8.5'],
    [volume, {}, '100', '53'],
    [volume, {}, '100.000001', '10'],
    [freeFirst, {}, '1000', 'nothing'],
    [freeFirst, {}, '1000.5', '0.001'],
    // Nothing costs nothing, not even the fee of the first tier, but a minimum is always due.
    [perThousand, {}, '0', 'nothing'],
    [packs, {}, '0', 'nothing'],
    [{ type: 'volume', tiers: [{ up_to: null, rate: 0, flat: '3' }] }, {}, '0', 'nothing'],
    [{ type: 'volume', tiers: [{ up_to: null, rate: 0, flat: '3' }] }, {}, '1', '3'],
    [perThousand, { minimum: '0.25' }, '0', '0.25'],
    [perThousand, { minimum: '0.25' }, '500', '0.25'],
    [perThousand, { minimum: '0.25' }, '501', '0.2505'],
    // The largest charge is just below a million million credits.
    [{ type: 'per_unit', rate: '1' }, {}, '999999999999.999999', '999999999999.999999'],
    [{ type: 'per_unit', rate: '1.000001' }, {}, '999999999999.999999', 'too_large'],
    [{ type: 'per_unit', rate: '999999999999' }, {}, '999999999999', 'too_large'],
  ])('%j %j: %s → %s', (model, rest, quantity, expected) => {
    expect(cost(ruleOf(model, rest), quantity)).toBe(expected);
  });
});

describe('a quantity', () => {
  it.each([
    ['1', 1_000_000n],
    ['0', 0n],
    ['-0', 0n],
    ['0.000001', 1n],
    ['007.50', 7_500_000n],
    [12.5, 12_500_000n],
    [0.1, 100_000n],
    [0, 0n],
    [123_456_789.123_456, 123_456_789_123_456n],
  ])('%j is %s millionths', (input, millionths) => {
    expect(parseQuantity(input)).toEqual({ ok: true, millionths });
  });

  it.each([
    ['', 'not_a_decimal'],
    ['1e3', 'not_a_decimal'],
    ['+1', 'not_a_decimal'],
    ['.5', 'not_a_decimal'],
    [Number.NaN, 'not_a_decimal'],
    [Number.POSITIVE_INFINITY, 'not_a_decimal'],
    // A double may hold another number than the one that was written.
    [1_234_567_890.123_456_7, 'not_a_decimal'],
    [1e21, 'not_a_decimal'],
    [1e-7, 'not_a_decimal'],
    [true, 'not_a_decimal'],
    ['0.0000001', 'too_precise'],
    ['-1', 'negative'],
    [-1, 'negative'],
    ['1000000000000', 'too_large'],
  ])('%j is refused: %s', (input, fault) => {
    expect(parseQuantity(input)).toEqual({ ok: false, fault });
  });
});

describe('a price is refused', () => {
  const body = (model: unknown) => PriceBody.safeParse({ product: 'x', meter: 'y', model }).success;
  it.each([
    ['without a rate', { type: 'per_unit' }],
    ['with a rate of nothing', { type: 'per_unit', rate: '0' }],
    ['for no units', { type: 'per_unit', rate: '1', per: 0 }],
    ['for parts of a unit', { type: 'package', size: 1.5, price: '1' }],
    ['without tiers', { type: 'graduated', tiers: [] }],
    ['whose last tier ends', { type: 'volume', tiers: [{ up_to: 5, rate: '1' }] }],
    [
      'with an endless tier before the last',
      { type: 'volume', tiers: [1, 2].map(() => ({ up_to: null, rate: '1' })) },
    ],
    [
      'whose tiers do not grow',
      { type: 'graduated', tiers: [5, 5, null].map((up_to) => ({ up_to, rate: '1' })) },
    ],
    ['with more than twenty tiers', { type: 'graduated', tiers: manyTiers(21) }],
  ])('%s', (_, model) => {
    expect(body(model)).toBe(false);
  });

  it('and up to twenty tiers are fine', () => {
    expect(body({ type: 'graduated', tiers: manyTiers(20) })).toBe(true);
  });
});

const manyTiers = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    up_to: at === count - 1 ? null : at + 1,
    rate: '1',
  }));

const quantity = fc.oneof(
  fc.bigInt(0n, QUANTITY_LIMIT - 1n),
  fc.bigInt(0n, 20_000_000n),
  fc.bigInt(0n, 100n),
);
const credits = fc
  .oneof(fc.bigInt(1n, 5_000_000n), fc.bigInt(1n, 10n ** 15n))
  .map((micro) => formatAmount(micro));
const units = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 }));
const tierList = fc
  .tuple(
    fc.uniqueArray(units, { maxLength: 6 }),
    fc.array(fc.tuple(fc.oneof(fc.constant('0'), credits), fc.option(credits)), {
      minLength: 7,
      maxLength: 7,
    }),
  )
  .map(([ends, terms]) =>
    [...ends.toSorted((a, b) => a - b), null].map((up_to, at) => {
      const [rate = '0', flat = null] = terms[at] ?? [];
      return { up_to, rate, ...(flat !== null && { flat }) };
    }),
  );
const terms = fc.record({
  rounding: fc.constantFrom('half_up', 'up', 'down'),
  minimum: fc.option(credits, { nil: undefined }),
});
const perUnit = fc.record({ type: fc.constant('per_unit'), rate: credits, per: units });
const packaged = fc.record({ type: fc.constant('package'), size: units, price: credits });
const tiered = (type: string) =>
  fc.record({ type: fc.constant(type), per: units, tiers: tierList });
const anyRule = fc
  .tuple(fc.oneof(perUnit, packaged, tiered('graduated'), tiered('volume')), terms)
  .map(([model, rest]) => ruleOf(model, rest));
const growingRule = fc
  .tuple(fc.oneof(perUnit, packaged, tiered('graduated')), terms)
  .map(([model, rest]) => ruleOf(model, rest));
const bare = { rounding: 'half_up', minimum: null } as const;

/** Micro-credits; what cannot be charged counts as nothing or as endless, so that it can be compared. */
const micro = (rule: PriceRule, amount: bigint): bigint => {
  const rated = rateQuantity(rule, amount);
  if (rated.ok) return rated.micro;
  return rated.fault === 'nothing' ? 0n : 10n ** 40n;
};

describe('rating', () => {
  it('never throws, never answers nothing or more than an amount may be', () => {
    fc.assert(
      fc.property(anyRule, quantity, (rule, amount) => {
        const rated = rateQuantity(rule, amount);
        if (rated.ok) expect(rated.micro > 0n && rated.micro < 10n ** 18n).toBe(true);
      }),
    );
  });

  it('costs at least as much for more, except by volume, whose point is that it may not', () => {
    fc.assert(
      fc.property(growingRule, quantity, quantity, (rule, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(micro(rule, less) <= micro(rule, more)).toBe(true);
      }),
    );
  });

  it('is off by less than a micro-credit from the exact fraction, on the side it rounds to', () => {
    fc.assert(
      fc.property(perUnit, quantity, (model, amount) => {
        const rule = ruleOf(model);
        const exact = (rounding: PriceRule['rounding']) =>
          micro({ ...rule, rounding, minimum: null }, amount);
        fc.pre(exact('up') < 10n ** 40n);
        expect(exact('up') - exact('down') <= 1n).toBe(true);
        expect([exact('up'), exact('down')]).toContain(exact('half_up'));
        if (rule.model.type !== 'per_unit') return;
        const denominator = BigInt(rule.model.per) * 1_000_000n;
        const numerator = amount * rule.model.rate;
        expect(exact('down') * denominator <= numerator).toBe(true);
        expect(exact('up') * denominator >= numerator).toBe(true);
      }),
    );
  });

  it('of parts adds up to the whole, but for one rounding a part', () => {
    fc.assert(
      fc.property(perUnit, fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n), (model, a, b) => {
        const rule = { ...ruleOf(model), ...bare };
        const [whole, parts] = [micro(rule, a + b), micro(rule, a) + micro(rule, b)];
        fc.pre(whole < 10n ** 18n);
        expect(whole - parts >= -1n && whole - parts <= 1n).toBe(true);
      }),
    );
  });

  it('of one tier is rating by the unit, graduated or by volume', () => {
    fc.assert(
      fc.property(perUnit, quantity, (model, amount) => {
        const { rate, per } = model;
        const tiersOfOne = [{ up_to: null, rate }];
        const plain = micro(ruleOf(model), amount);
        expect(micro(ruleOf({ type: 'graduated', per, tiers: tiersOfOne }), amount)).toBe(plain);
        expect(micro(ruleOf({ type: 'volume', per, tiers: tiersOfOne }), amount)).toBe(plain);
      }),
    );
  });

  it('by graduated tiers equals rating unit by unit at each unit’s own tier', () => {
    fc.assert(
      fc.property(tierList, fc.integer({ min: 0, max: 60 }), (list, whole) => {
        const rule = { ...ruleOf({ type: 'graduated', tiers: list }), ...bare };
        if (rule.model.type !== 'graduated') return;
        let expected = 0n;
        const reached = new Set<number>();
        for (let unit = 1; unit <= whole; unit += 1) {
          const at = rule.model.tiers.findIndex(({ up_to }) => up_to === null || unit <= up_to);
          const tier = rule.model.tiers[at];
          // Tiers between two whole units do not exist, so every one that is passed was reached.
          expected += (tier?.rate ?? 0n) + (reached.has(at) ? 0n : (tier?.flat ?? 0n));
          reached.add(at);
        }
        fc.pre(expected < 10n ** 18n);
        expect(micro(rule, BigInt(whole) * 1_000_000n)).toBe(expected);
      }),
    );
  });

  it('by packages is the price of the least number of packages that holds the quantity', () => {
    fc.assert(
      fc.property(packaged, quantity, (model, amount) => {
        const rule = { ...ruleOf(model), ...bare };
        if (rule.model.type !== 'package') return;
        const cents = micro(rule, amount);
        fc.pre(cents < 10n ** 18n);
        const packages = cents / rule.model.price;
        const size = BigInt(rule.model.size) * 1_000_000n;
        expect(packages * size >= amount).toBe(true);
        expect(packages === 0n || (packages - 1n) * size < amount).toBe(true);
      }),
    );
  });

  it('is the same after a model went through its wire form', () => {
    fc.assert(
      fc.property(anyRule, quantity, (rule, amount) => {
        const again = ruleOf(renderPriceModel(rule.model));
        expect(renderPriceModel(again.model)).toEqual(renderPriceModel(rule.model));
        expect(micro({ ...rule, model: again.model }, amount)).toBe(micro(rule, amount));
      }),
    );
  });
});

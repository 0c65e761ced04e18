import { formatAmount } from '@bursar/contracts/amounts';
import type { Catalog, Money, Wish } from '../../../api/billing.ts';
import { majorOf, moneyOf } from '../../../ui/money.ts';
import { readTypedAmount } from '../../../ui/typed-amount.ts';
import { microOf } from '../expiring-soon.ts';

/** What is chosen on the panel: a pack, a preset by its price, or an amount that is typed. */
export type Choice = `pack:${string}` | `preset:${number}` | 'custom';

/** The choice as the API takes it; `null` while there is nothing to buy yet. */
export function wishOf(choice: Choice, typed: string, catalog: Catalog): Wish | null {
  if (choice === 'custom') {
    const price = customPrice(typed, catalog);
    return price === null || 'offStep' in price ? null : { price };
  }
  if (choice.startsWith('pack:')) return { pack: choice.slice('pack:'.length) };
  return { price: { amount: Number(choice.slice('preset:'.length)), currency: catalog.currency } };
}

/** The typed price when it lies within the limits; what it should be a multiple of, where it is not. */
export function customPrice(
  typed: string,
  { custom, currency }: Catalog,
): Money | { offStep: Money } | null {
  const read = readTypedAmount(typed);
  if (!read.ok) return null;
  const price = moneyOf(read.micro, currency);
  if (price === null || price.amount % custom.step.amount !== 0) return { offStep: custom.step };
  const { minimum, maximum } = custom;
  return price.amount < minimum.price.amount || price.amount > maximum.price.amount ? null : price;
}

/** What a price brings, as the server works it out: half up, to the micro-credit. */
export function creditsFor(price: Money, { rate }: Catalog): string {
  const per = BigInt(rate.per.amount);
  return formatAmount((2n * BigInt(price.amount) * microOf(rate.credits) + per) / (2n * per));
}

/** What may be typed, in major units. */
export const customLimits = ({ custom }: Catalog): { least: string; most: string } => ({
  least: majorOf(custom.minimum.price),
  most: majorOf(custom.maximum.price),
});

/** Presets that cost the same as a pack would only show it twice. */
export const ownPresets = ({ packs, presets }: Catalog): Catalog['presets'] =>
  presets.filter(({ price }) => packs.every((pack) => pack.price.amount !== price.amount));

import { PACKS, PURCHASE_MAX_MAJOR, PURCHASE_MIN_MAJOR, type PackId } from '@bursar/contracts';
import { chargeStep, minorPerMajor } from './minor-units.ts';

/** At which rate, in which currency and between which limits credits are sold. */
export interface PriceList {
  currency: string;
  /** Micro-credits for one major unit of the currency. */
  microPerMajor: bigint;
  /** Minor units; the limits of amounts that buyers choose themselves. */
  minimum: bigint;
  maximum: bigint;
  /** Minor units; a chosen amount is a multiple of it. */
  step: bigint;
  /** What is offered for choice. */
  offers: Readonly<Record<BuyerKind, Offers>>;
  /** Calendar months until purchased credits expire; 0 is never. */
  expiryMonths: number;
  /** How long a quoted price is kept. */
  quoteSeconds: number;
}

/** Whose wallet it is. */
export type BuyerKind = 'user' | 'organization';

export interface Offers {
  /** Minor units. */
  presets: readonly bigint[];
  packs: readonly PackId[];
}

const PRESETS_MAJOR = [50n, 100n, 500n];
const QUOTE_SECONDS = 900;

export interface PriceSettings {
  currency: string;
  microPerMajor: bigint;
  expiryMonths: number;
  minimum?: bigint | undefined;
  maximum?: bigint | undefined;
  step?: bigint | undefined;
  quoteSeconds?: number | undefined;
  /** Major units. */
  presets?: Partial<Record<BuyerKind, readonly bigint[] | undefined>>;
  packs?: Partial<Record<BuyerKind, readonly PackId[] | undefined>>;
}

/** Fills in what the settings leave open. */
export function priceList(settings: PriceSettings): PriceList {
  const minor = minorPerMajor(settings.currency);
  const offersTo = (kind: BuyerKind): Offers => ({
    presets: (settings.presets?.[kind] ?? PRESETS_MAJOR).map((major) => major * minor),
    packs: settings.packs?.[kind] ?? PACKS.map(({ id }) => id),
  });
  return {
    currency: settings.currency,
    microPerMajor: settings.microPerMajor,
    minimum: settings.minimum ?? PURCHASE_MIN_MAJOR * minor,
    maximum: settings.maximum ?? PURCHASE_MAX_MAJOR * minor,
    step: chargeable(settings.step ?? 1n, chargeStep(settings.currency)),
    offers: { user: offersTo('user'), organization: offersTo('organization') },
    expiryMonths: settings.expiryMonths,
    quoteSeconds: settings.quoteSeconds ?? QUOTE_SECONDS,
  };
}

/** The smallest multiple of a step that can be charged, too. */
function chargeable(step: bigint, charged: bigint): bigint {
  let multiple = step;
  while (multiple % charged !== 0n) multiple += step;
  return multiple;
}

/** Which offers are made to a wallet's owner. */
export const buyerKindOf = (wallet: string): BuyerKind =>
  wallet.startsWith('org:') ? 'organization' : 'user';

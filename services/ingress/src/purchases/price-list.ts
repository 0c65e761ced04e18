import { minorPerMajor } from './minor-units.ts';

/** At which rate, in which currency and between which limits credits are sold. */
export interface PriceList {
  currency: string;
  /** Micro-credits for one major unit of the currency. */
  microPerMajor: bigint;
  /** Minor units; the limits of amounts that buyers choose themselves. */
  minimum: bigint;
  maximum: bigint;
  /** Minor units; amounts offered for choice. */
  presets: readonly bigint[];
  /** Calendar months until purchased credits expire; 0 is never. */
  expiryMonths: number;
}

const MINIMUM_MAJOR = 5n;
const MAXIMUM_MAJOR = 10_000n;
const PRESETS_MAJOR = [50n, 100n, 500n];

/** Fills in what the settings leave open. */
export function priceList(settings: {
  currency: string;
  microPerMajor: bigint;
  expiryMonths: number;
  minimum?: bigint | undefined;
  maximum?: bigint | undefined;
}): PriceList {
  const minor = minorPerMajor(settings.currency);
  return {
    currency: settings.currency,
    microPerMajor: settings.microPerMajor,
    minimum: settings.minimum ?? MINIMUM_MAJOR * minor,
    maximum: settings.maximum ?? MAXIMUM_MAJOR * minor,
    presets: PRESETS_MAJOR.map((major) => major * minor),
    expiryMonths: settings.expiryMonths,
  };
}

import { parseAmount, PURCHASE_MAX_MAJOR, PURCHASE_MIN_MAJOR } from '@bursar/contracts';
import type { CreditPrice } from '@bursar/ledger/operations';
import { minorPerMajor } from '@bursar/payments';
import type { WorkerSettings } from './settings.ts';

/** The price book of the settings, as the ledger counts with it. */
export function creditPriceFrom(settings: WorkerSettings): CreditPrice {
  const rate = parseAmount(settings.CREDITS_PER_UNIT);
  if (!rate.ok) throw new Error('CREDITS_PER_UNIT passed its check but does not parse.');
  const { PURCHASE_MIN: minimum, PURCHASE_MAX: maximum } = settings;
  const minor = minorPerMajor(settings.CREDIT_CURRENCY);
  return {
    microPerMajor: rate.micro,
    minorPerMajor: minor,
    currency: settings.CREDIT_CURRENCY,
    minimum: minimum === undefined ? PURCHASE_MIN_MAJOR * minor : BigInt(minimum),
    maximum: maximum === undefined ? PURCHASE_MAX_MAJOR * minor : BigInt(maximum),
    expiryMonths: settings.CREDIT_EXPIRY_MONTHS,
  };
}

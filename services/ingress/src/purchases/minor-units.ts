/** Currencies whose minor unit is not a hundredth, as Stripe counts them. */
const ZERO_DECIMAL = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const THREE_DECIMAL = 'bhd jod kwd omr tnd'.split(' ');

/** How many minor units make one major unit: 1, 100 or 1,000. `currency` is in lower case. */
export function minorPerMajor(currency: string): bigint {
  if (ZERO_DECIMAL.includes(currency)) return 1n;
  return THREE_DECIMAL.includes(currency) ? 1000n : 100n;
}

/** Stripe charges multiples of so many minor units: the last of three decimals is always zero. */
export const chargeStep = (currency: string): bigint =>
  THREE_DECIMAL.includes(currency) ? 10n : 1n;

/** Money as people write it, such as "12.50 USD". `amount` in minor units. */
export function moneyInWords(amount: bigint, currency: string): string {
  const size = minorPerMajor(currency);
  const digits = size.toString().length - 1;
  const part = (amount % size).toString().padStart(digits, '0');
  return `${amount / size}${digits === 0 ? '' : `.${part}`} ${currency.toUpperCase()}`;
}

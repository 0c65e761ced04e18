/**
 * Facts arrive as JSON that the ledger wrote; these read what a template needs and say clearly when
 * a fact and its template have come apart.
 */
export type NoticeData = Readonly<Record<string, unknown>>;

export function textOf(data: NoticeData, key: string): string {
  const value = data[key];
  if (typeof value === 'string') return value;
  throw new Error(`A notice needs the text "${key}", and the fact does not have it.`);
}

export function optionalText(data: NoticeData, key: string): string | null {
  return typeof data[key] === 'string' ? data[key] : null;
}

/** Minor units with their currency, as people write money. */
export function moneyOf(data: NoticeData, key: string): string {
  const value = data[key];
  if (typeof value !== 'object' || value === null) {
    throw new Error(`A notice needs the money "${key}", and the fact does not have it.`);
  }
  const { amount, currency } = value as { amount: unknown; currency: unknown };
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: String(currency) });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  const digits = String(amount).padStart(decimals + 1, '0');
  const decimal =
    decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  // A decimal string keeps every digit; a number would not.
  return format.format(decimal as Intl.StringNumericLiteral);
}

/** Credits grouped for reading; every decimal stays. */
export function creditsOf(data: NoticeData, key: string): string {
  const [whole = '0', decimals] = textOf(data, key).split('.');
  const grouped = new Intl.NumberFormat('en').format(BigInt(whole));
  return decimals === undefined ? grouped : `${grouped}.${decimals}`;
}

/** A date in words, with the zone said. */
export function dateOf(data: NoticeData, key: string): string {
  return new Intl.DateTimeFormat('en', { dateStyle: 'long', timeZone: 'UTC' })
    .format(new Date(textOf(data, key)))
    .concat(' (UTC)');
}

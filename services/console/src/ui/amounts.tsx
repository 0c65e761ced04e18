import { Text, type TextProps } from '@mantine/core';

const credits = new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 });

/** Groups the digits of a decimal string; never rounds, since it never becomes a float. */
export const formatCredits = (amount: string): string =>
  // Strings keep every digit; the type of `format` lags behind what browsers do.
  credits.format(amount as unknown as number).replace('-', '−');

/** Money in minor units, such as 5000 cents, as a person reads it. */
export function formatMoney(money: { amount: number; currency: string }): string {
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency: money.currency.toUpperCase(),
  });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(money.amount / 10 ** digits);
}

interface CreditsProps extends TextProps {
  amount: string;
  /** With a plus in front of what came in. */
  signed?: boolean;
}

/** Credits, digit for digit; signs in words of their own, since colour alone tells nobody. */
export function Credits({ amount, signed = false, ...text }: CreditsProps) {
  const shown = formatCredits(amount);
  return (
    <Text component="span" inherit {...text} style={{ whiteSpace: 'nowrap' }}>
      {signed && !amount.startsWith('-') ? `+${shown}` : shown}
    </Text>
  );
}

import { parseAmount } from '@bursar/contracts/amounts';
import { TextInput, type TextInputProps } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { t } from '../texts/index.ts';
import { formatCredits } from './amounts.tsx';
import { readTypedAmount, type TypedAmount } from './typed-amount.ts';

interface AmountInputProps extends Omit<TextInputProps, 'value' | 'onChange' | 'error'> {
  label: ReactNode;
  /** What was typed, as it was typed; `readTypedAmount` says what it means. */
  value: string;
  onChange: (typed: string) => void;
  /** Decimal strings; said in words before anything is typed, and held against what is. */
  least?: string | undefined;
  most?: string | undefined;
  /** What there is to give from, beside the limits. */
  available?: string | undefined;
  unit?: string;
  /** What the server said about the amount it was sent; gone once something else is typed. */
  verdict?: string | null | undefined;
}

/** An amount, typed as one writes it, with its limits in words. */
export function AmountInput({
  value,
  onChange,
  least,
  most,
  available,
  unit = t.words.credits,
  verdict = null,
  description,
  onBlur,
  ...field
}: AmountInputProps) {
  const [left, setLeft] = useState(false);
  const judged = useVerdictOn(value, verdict);
  const read = readTypedAmount(value);
  const fault = faultOf(read, { least, most, unit }, left);
  const words = [
    limitsInWords({ least, most, available, unit }),
    doubtful(value, read) ? t.amount.readAs(formatCredits(read.amount), unit) : '',
  ]
    .filter((one) => one !== '')
    .join(' · ');
  return (
    <TextInput
      {...field}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={(event) => {
        setLeft(true);
        onBlur?.(event);
      }}
      inputMode="decimal"
      autoComplete="off"
      description={
        description !== undefined || words !== '' ? (
          <>
            {description}
            {description !== undefined && words !== '' && ' '}
            {words}
          </>
        ) : undefined
      }
      error={judged ?? fault}
    />
  );
}

/** A verdict is about what was sent; it is not held against what is typed afterwards. */
function useVerdictOn(value: string, verdict: string | null): string | null {
  const [judged, setJudged] = useState({ verdict, value });
  if (judged.verdict !== verdict) setJudged({ verdict, value });
  return judged.value === value ? verdict : null;
}

interface Limits {
  least?: string | undefined;
  most?: string | undefined;
  available?: string | undefined;
  unit: string;
}

function limitsInWords({ least, most, available, unit }: Limits): string {
  const low = least === undefined ? null : formatCredits(least);
  const high = most === undefined ? null : formatCredits(most);
  const words = [
    low !== null && high !== null && t.amount.between(low, high, unit),
    low !== null && high === null && t.amount.least(low, unit),
    low === null && high !== null && t.amount.most(high, unit),
    available !== undefined && t.amount.available(formatCredits(available)),
  ];
  return words.filter((one) => one !== false).join(' · ');
}

/** What may still become right by typing on is only said once the field was left. */
function faultOf(read: TypedAmount, { least, most, unit }: Limits, left: boolean): string | null {
  if (!read.ok) {
    if (read.fault === 'empty') return null;
    if (read.fault === 'not_positive' && left && least !== undefined) {
      return t.amount.tooLittle(formatCredits(least), unit);
    }
    return left || read.fault !== 'not_positive' ? t.amount.faults[read.fault] : null;
  }
  if (most !== undefined && read.micro > microOf(most)) {
    return t.amount.tooMuch(formatCredits(most), unit);
  }
  if (left && least !== undefined && read.micro < microOf(least)) {
    return t.amount.tooLittle(formatCredits(least), unit);
  }
  return null;
}

/** Nothing at all is a limit, too, and no amount. */
function microOf(limit: string): bigint {
  const parsed = parseAmount(limit);
  return parsed.ok ? parsed.micro : 0n;
}

/** "1.000" is a thousand to some: whoever types a single sign sees how it was read. */
const doubtful = (value: string, read: TypedAmount): read is Extract<TypedAmount, { ok: true }> =>
  read.ok && /^\D*\d{1,3}[.,]\d{3}\D*$/.test(value.trim());

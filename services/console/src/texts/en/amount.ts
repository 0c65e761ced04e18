import type { AmountFault } from '@bursar/contracts/amounts';

const faults: Record<AmountFault, string> = {
  not_a_decimal: 'Write a number such as 12.5',
  too_precise: 'Six decimals at most',
  not_positive: 'Must be more than 0',
  too_large: 'Must be less than 1,000,000,000,000',
};

/** Fields in which amounts are typed. */
export const amount = {
  faults,
  between: (least: string, most: string, unit: string) => `Between ${least} and ${most} ${unit}`,
  least: (least: string, unit: string) => `At least ${least} ${unit}`,
  most: (most: string, unit: string) => `Up to ${most} ${unit}`,
  available: (available: string) => `${available} available`,
  tooLittle: (least: string, unit: string) => `At least ${least} ${unit}`,
  tooMuch: (most: string, unit: string) => `At most ${most} ${unit}`,
  readAs: (read: string, unit: string) => `Read as ${read} ${unit}`,
};

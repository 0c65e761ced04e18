import { operator } from './operator.ts';
import { reconciliation } from './reconciliation.ts';

/** What only operators see. */
export const enForOperators = {
  operator,
  reconciliation,
};

import type { Ledger } from './ledger.ts';

const DAY = 86_400_000;

/** When the calendar month began, on the scenario's clock. */
export function monthStart(ledger: Ledger): number {
  const today = new Date(ledger.epoch + ledger.now);
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth()) - ledger.epoch;
}

/** When the week began, on a Monday, on the scenario's clock. */
export function weekStart(ledger: Ledger): number {
  const today = new Date(ledger.epoch + ledger.now);
  const midnight = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return midnight - ((today.getUTCDay() + 6) % 7) * DAY - ledger.epoch;
}

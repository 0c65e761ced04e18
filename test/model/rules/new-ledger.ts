import { burnOrder } from './burn-order.ts';
import type { Ledger, Rules } from './ledger.ts';

export const TRUE_RULES: Rules = {
  burnOrder,
  unwindsNewestFirst: true,
  inflowsSettleDebt: true,
  holdsCountInBudgets: true,
  graceMs: 7 * 86_400_000,
  gracesOnce: true,
  defaultOverdraft: null,
};

export const newLedger = (rules: Partial<Rules> = {}): Ledger => ({
  now: 0,
  rules: { ...TRUE_RULES, ...rules },
  wallets: new Map(),
  memberships: [],
  holds: [],
  charges: [],
  requests: [],
  allocations: [],
  seats: [],
  entitlements: [],
  settings: new Map(),
  caps: new Map(),
  receipts: [],
  epoch: 0,
  purchases: [],
  periods: [],
  operations: new Map(),
  budgets: [],
  calendar: { day: 0, week: 0, month: 0, total: 0 },
  alerts: [],
});

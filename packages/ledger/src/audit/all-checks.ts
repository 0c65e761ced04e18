import { burnOrder } from './burn-order/burn-order.ts';
import { fromSql, type Check } from './check.ts';
import { allocationChecks } from './checks/allocations.ts';
import { bonusCodeChecks } from './checks/bonus-codes.ts';
import { budgetChecks } from './checks/budgets.ts';
import { cashChecks } from './checks/cash.ts';
import { creditRequestChecks } from './checks/credit-requests.ts';
import { deletionChecks } from './checks/deletions.ts';
import { departureChecks } from './checks/departures.ts';
import { directoryChecks } from './checks/directory.ts';
import { entitlementChecks } from './checks/entitlements.ts';
import { factChecks } from './checks/facts.ts';
import { historyChecks } from './checks/history.ts';
import { lotChecks } from './checks/lots.ts';
import { movementChecks } from './checks/movements.ts';
import { operationChecks } from './checks/operations.ts';
import { pinChecks } from './checks/pins.ts';
import { pricedAmounts } from './checks/priced-amounts.ts';
import { priceChecks } from './checks/prices.ts';
import { purchaseChecks } from './checks/purchases.ts';
import { recallChecks } from './checks/recalls.ts';
import { reversalChecks } from './checks/reversals.ts';
import { topUpChecks } from './checks/top-ups.ts';
import { subscriptionChecks } from './checks/subscriptions.ts';
import { walletChecks } from './checks/wallets.ts';
import { webhookChecks } from './checks/webhooks.ts';

/** Every statement that the auditor proves, the cheapest and most fundamental first. */
export const allChecks: readonly Check[] = [
  ...[
    ...movementChecks,
    ...walletChecks,
    ...lotChecks,
    ...pinChecks,
    ...historyChecks,
    ...reversalChecks,
    ...operationChecks,
    ...allocationChecks,
    ...budgetChecks,
    ...recallChecks,
    ...entitlementChecks,
    ...priceChecks,
    ...purchaseChecks,
    ...bonusCodeChecks,
    ...topUpChecks,
    ...subscriptionChecks,
    ...cashChecks,
    ...creditRequestChecks,
    ...directoryChecks,
    ...departureChecks,
    ...deletionChecks,
    ...factChecks,
    ...webhookChecks,
  ].map(fromSql),
  pricedAmounts,
  burnOrder,
];

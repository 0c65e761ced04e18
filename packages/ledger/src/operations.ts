/** The door for writing: only the worker comes through it. */
export { connectDatabase, type Database, type LedgerTransaction } from './database/connect.ts';
export { checkSchema, SchemaError } from './database/migrate.ts';
export { isTransientDatabaseError } from './database/sqlstates.ts';
export { inTransaction } from './database/transaction.ts';
export { applyCommand, type LedgerPolicy } from './operation/apply-command.ts';
export { type Outcome } from './operation/outcome.ts';
export { previewCharge, previewCommand, storePreview, type Preview } from './operation/preview.ts';
export {
  applyCharges,
  applyChargesAtOnce,
  type ChargeOutcome,
} from './usage-charge/apply-charges.ts';
export { applyHoldCommands, isHoldCommand, type HoldItem } from './hold/apply-hold-commands.ts';
export { forgetRecipients, resumeAllocations } from './allocation/allocation.ts';
export { resumeRecalls } from './recall/recall.ts';
export { expireRequests } from './credit-request/expire-requests.ts';
export { payDelayed } from './entitlement/entitlements.ts';
export { runDueRules, runRule } from './rule/run-rules.ts';
export { expireDue } from './expiry/expire-due.ts';
export { forgetSimulated, resumeSimulations } from './rule/simulate-rule.ts';
export { detachPartitions, makePartitions, PARTITIONS_AHEAD } from './history/partitions.ts';
export {
  deliverFact,
  forgetFacts,
  markMailed,
  relayFacts,
  warnExpiring,
  type CommittedFact,
  type Notice,
} from './outbox/facts.ts';
export {
  invitationToMail,
  markInvitationMailed,
  type InvitationMail,
} from './invitation/invitations.ts';
export { findBonus, reserveBonus } from './bonus-code/bonus-codes.ts';
export {
  areCodesFrozen,
  clearPaymentWarning,
  findOpenSessionsOf,
  forgetPaymentFailures,
  recordPaymentFailure,
  recordPaymentWarning,
} from './payment-guard/payment-guard.ts';
export {
  finishRefund,
  mirrorRefunds,
  refuseRefund,
  startedRefund,
  startRefund,
} from './purchase-refund/purchase-refunds.ts';
export { cancelPurchase, finishCancellation } from './purchase/cancellation.ts';
export {
  adoptCheckout,
  attachCheckout,
  awaitPurchaseFunds,
  closePurchase,
  databaseClock,
  fulfilPurchase,
  openedPurchase,
  openPurchase,
  refusePurchase,
  reviewPurchase,
  settleFreePurchase,
  takeBackPurchase,
  type CheckoutLimits,
  type OpenedPurchase,
  type PaymentFacts,
  type PurchaseSummary,
} from './purchase/purchases.ts';
export {
  findCustomer,
  findOpenSessions,
  findPurchase,
  findStripeEvent,
  findWaitingStripeEvents,
  rememberCustomer,
  settleStripeEvent,
  type PurchaseRecord,
} from './purchase/stripe-records.ts';
export {
  attachSubscriptionCheckout,
  closeSubscriptionCheckout,
  mirrorSubscription,
  openSubscription,
  refuseSubscription,
  type SubscriptionFacts,
} from './subscription/subscriptions.ts';
export {
  findInvoiceOfPayment,
  settleInvoice,
  takeBackInvoice,
  type InvoiceFacts,
  type PaidLine,
} from './subscription/invoices.ts';
export { declareSettings } from './declared-settings/declared-settings.ts';
export {
  findErrand,
  findErrands,
  finishErrand,
  noteErrand,
  type Errand,
  type ErrandKind,
} from './errand/errands.ts';
export { beginSubscriptionChange, finishSubscriptionChange } from './subscription/changes.ts';
export {
  findOpenSubscriptionSessions,
  findSubscription,
  findTerms,
} from './subscription/find-subscriptions.ts';
export {
  claimWebhookDeliveries,
  forgetWebhookDeliveries,
  recordWebhookAttempt,
  type WebhookAttemptRecord,
  type WebhookTask,
} from './webhook/webhook-sending.ts';
export { forgetSessions } from './sign-in/sessions.ts';
export { finishCardCommand } from './auto-top-up/finish-card-command.ts';
export {
  beginTopUp,
  findCheckoutUrl,
  findTopUpsUnderWay,
  pauseAutoTopUp,
  readTopUp,
  requestDueTopUps,
  settleTopUp,
  type CreditPrice,
  type DeclineKind,
  type TopUpAttempt,
  type TopUpOutcome,
} from './auto-top-up/top-ups.ts';
export {
  chooseDefaultCard,
  findPaymentMethod,
  forgetPaymentMethod,
  mirrorPaymentMethod,
  type SavedCard,
} from './auto-top-up/payment-methods.ts';
export { bookCash, type CashBooking } from './cash/book-cash.ts';
export { readCashDays, type CashDay, type SettledOpening } from './cash/read-statement.ts';
export {
  findKnownPayments,
  readBillSales,
  readCashDifferences,
  readSettledCash,
  readUnclearedCash,
  type BillSale,
  type CashDifference,
  type CashMove,
  type UnclearedCash,
} from './cash/read-cash.ts';
export {
  closeUnfound,
  readOpenSubjects,
  recordFindings,
  settleFindings,
  type Finding,
  type FindingResult,
  type RecordedFinding,
} from './reconciliation/cases.ts';
export {
  backfillStripeEvents,
  findOverdueStripeEvents,
  findPaidBills,
  findReversedPayments,
  findStripeEvents,
  findTopUpsToCompare,
  readOrdersToCompare,
  readSubscriptionMirror,
  readTakeBackDifferences,
  type OrderRecord,
  type TakeBackDifference,
} from './reconciliation/ledger-side.ts';
export {
  askReconciliation,
  beginReconciliation,
  findReconciliation,
  finishReconciliation,
  forgetReconciliations,
  noteReconciliation,
  whileReconcilingAlone,
  type ReconciliationRun,
} from './reconciliation/runs.ts';
export { audit, type AuditReport } from './audit/audit.ts';
export {
  askAudit,
  beginAudit,
  finishAudit,
  noteAudit,
  whileAuditingAlone,
} from './audit-run/audit-runs.ts';
export { rebuildPurchase, type LostOrder } from './purchase/rebuild-purchase.ts';
export { findGrantedBills, type GrantedBill } from './reconciliation/granted-bills.ts';
export {
  findKnownDiscounts,
  findOverusedBonusCodes,
  findStaleReservations,
  notePromotionUse,
  readPromotionCounts,
  releaseStaleReservation,
  type KnownDiscount,
  type PromotionCount,
  type StaleReservation,
} from './reconciliation/promotions.ts';
export { readPaymentHealth } from './reconciliation/payment-health.ts';
export { reopenStripeEvent } from './reconciliation/stripe-events.ts';

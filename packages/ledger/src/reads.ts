/** The door for reading the ledger and for writing the directory: all that an ingress may do. */
export { connectDatabase, type Database } from './database/connect.ts';
export { checkSchema, SchemaError } from './database/migrate.ts';
export { type Page, type PageOf } from './reads/page.ts';
export { readWallet, type WalletView } from './reads/read-wallet.ts';
export { readLots, readLotsToSpend, readPastLots, type LotView } from './reads/read-lots.ts';
export { readHold, readHolds, type HoldView } from './reads/read-holds.ts';
export {
  readPurchase,
  readPurchaseBySession,
  readPurchases,
  readSettledByPurchase,
  type PurchaseView,
} from './reads/read-purchases.ts';
export {
  readTransaction,
  readTransactions,
  readTransactionsAfter,
  readTransactionsWallets,
  streamTransactions,
  type TransactionFilter,
  type TransactionView,
} from './reads/read-transactions.ts';
export {
  listPendingOperations,
  listRejectedOperations,
  readKeptCommand,
  readOperationHashes,
  readOperations,
  type OperationView,
  type RejectedOperationView,
} from './reads/read-operations.ts';
export { readPayment, readPayments, type PaymentView } from './reads/read-payments.ts';
export {
  readSubscription,
  readSubscriptionOf,
  readSubscriptions,
  type SubscriptionView,
} from './reads/read-subscriptions.ts';
export { takeAnswer } from './reads/take-answer.ts';
export { declareSettings } from './declared-settings/declared-settings.ts';
export { readPreview, type PreviewView } from './reads/read-preview.ts';
export { listenForOutcomes } from './reads/listen-for-outcomes.ts';
export {
  listMembers,
  listMemberships,
  readMembership,
  readOrganization,
  readUser,
  type MembershipView,
  type MemberStatus,
  type MemberView,
  type OrganizationView,
  type UserView,
} from './reads/read-directory.ts';
export {
  listCreditRequests,
  readCreditRequest,
  readCreditRequests,
  type CreditRequestStatus,
  type CreditRequestView,
} from './reads/read-credit-requests.ts';
export {
  readCurrentPrices,
  readPriceVersion,
  readPriceVersions,
  type PriceView,
} from './price/read-prices.ts';
export { listNotifications, type NotificationView } from './reads/list-notifications.ts';
export { readBudget, readBudgets, type BudgetView } from './budget/read-budgets.ts';
export {
  listAllocations,
  listRecipients,
  readAllocation,
  type AllocationView,
  type RecipientView,
} from './reads/read-allocation.ts';
export { listSeats, readSeat, type SeatView } from './reads/read-seats.ts';
export { readMembershipsOf } from './reads/read-memberships-of.ts';
export { listRules, listRuleRuns, type RuleRunView, type RuleView } from './reads/read-rules.ts';
export { keepRecipients } from './allocation/keep-recipients.ts';
export { findApiKey, type ApiKeyView } from './reads/find-api-key.ts';
export { oldestUnrelayedFactAgeMs, pingDatabase } from './reads/database-health.ts';

// Directory writes: SQL functions that run with the owner's rights, because the ingress may only select.
export { putUser, type UserChange } from './directory/put-user.ts';
export {
  putOrganization,
  setOrganizationSettings,
  type OrganizationOutcome,
} from './directory/put-organization.ts';
export { putMember, type MemberOutcome } from './directory/put-member.ts';
export {
  acceptInvitation,
  invite,
  resendInvitation,
  revokeInvitation,
  type AcceptanceOutcome,
  type InviteOutcome,
} from './invitation/invitations.ts';
export {
  findByAddress,
  listInvitations,
  readInvitation,
  type InvitationView,
} from './invitation/read-invitations.ts';
export {
  findIdentity,
  signIn,
  type Identity,
  type SignInOutcome,
  type SignInRefusal,
} from './sign-in/sign-in.ts';
export {
  beginSession,
  endSession,
  endSessionsOf,
  findSession,
  type SessionView,
} from './sign-in/sessions.ts';
export { deleteUser, type DeletionBlocker } from './user-deletion/delete-user.ts';
export {
  readOrganizationDeletion,
  readOrganizationDeleter,
  type OrganizationDeletionView,
} from './organization-deletion/read-organization-deletion.ts';
export { transferOwnership, type OwnershipOutcome } from './directory/transfer-ownership.ts';
export {
  reinstateMember,
  suspendMember,
  type SuspensionOutcome,
} from './directory/suspend-member.ts';
export {
  deleteBudget,
  putBudget,
  type BudgetOutcome,
  type BudgetRefusal,
  type BudgetTerms,
} from './budget/put-budget.ts';
export { deleteRule, putRule, type Rule, type RuleTerms } from './rule/rules.ts';
export { setOverdraftLimit } from './directory/set-overdraft-limit.ts';
export { setSoftLandingLimit } from './directory/set-soft-landing-limit.ts';
export {
  insertApiKey,
  listApiKeys,
  readApiKey,
  touchApiKeys,
  revokeApiKey,
  rotateApiKey,
  setRateLimit,
  upsertOperatorKey,
  type ApiKeyRecord,
} from './directory/api-keys.ts';
export {
  disableBonusCode,
  listBonusCodes,
  putBonusCode,
  type BonusCodeView,
} from './bonus-code/bonus-codes.ts';
export { clearPaymentWarningsOf, listPaymentWarnings } from './payment-guard/payment-guard.ts';
export { addRatePoints } from './directory/add-rate-points.ts';
export { recordStripeEvent, type StripeEventPointer } from './directory/record-stripe-event.ts';
export { markNotificationsRead } from './directory/mark-notifications-read.ts';
export { putPrice, retirePrice, type PutPriceOutcome } from './price/put-price.ts';
export {
  putPlan,
  readPlans,
  retirePlan,
  type Plan,
  type PlanView,
  type PutPlanOutcome,
} from './subscription/plans.ts';
export {
  createWebhook,
  deleteWebhook,
  replayWebhookDelivery,
  replayWebhookRange,
  rotateWebhookSecret,
  testWebhook,
  updateWebhook,
  type WebhookCreation,
} from './webhook/webhook-endpoints.ts';
export {
  listWebhookDeliveries,
  listWebhooks,
  readWebhook,
  readWebhookDelivery,
  type WebhookAttemptView,
  type WebhookDeliveryView,
  type WebhookView,
} from './reads/read-webhooks.ts';
export {
  LINKS_MAX,
  readAncestors,
  readDescendants,
  readLotUses,
  readTakenLots,
  type LotLink,
  type LotUse,
} from './reports/read-provenance.ts';
export { readTotals, type TotalsView } from './reports/read-totals.ts';
export {
  readUsage,
  type UsageGroup,
  type UsageSums,
  type UsageView,
} from './reports/read-usage.ts';
export { countAttention, readAttention, type Attention } from './reads/read-attention.ts';
export { readWalletMarks } from './reports/read-wallet-marks.ts';
export {
  muteNotices,
  muteWebhooks,
  readMutedWebhooks,
  readMutedNotices,
  setLowBalance,
} from './notice-preference/notice-preferences.ts';
export {
  startAutoTopUp,
  stopAutoTopUp,
  type AutoTopUpRefusal,
  type AutoTopUpTerms,
} from './auto-top-up/settings.ts';
export {
  readAutoTopUp,
  type AutoTopUpView,
  type TopUpAttemptView,
} from './auto-top-up/read-auto-top-up.ts';
export { readPaymentMethods, type PaymentMethodView } from './auto-top-up/payment-methods.ts';
export { askReconciliation } from './reconciliation/runs.ts';
export {
  listCases,
  listFindings,
  listReconciliations,
  readAtRisk,
  readCase,
  readReconciliation,
  resolveCase,
  retryCase,
  type AtRisk,
  type CaseView,
  type FindingView,
  type ReconciliationView,
} from './reconciliation/read-reconciliations.ts';
export { askAudit, listAudits, readAudit, type AuditView } from './audit-run/audit-runs.ts';
export { decideReview } from './purchase/rebuild-purchase.ts';
export { readPaymentHealth } from './reconciliation/payment-health.ts';
export { listStripeEvents, type StripeEventView } from './reconciliation/stripe-events.ts';

import { auditRoutes } from './audits/audit-routes.ts';
import { autoTopUpRoutes } from './auto-top-up/auto-top-up-routes.ts';
import { budgetRoutes } from './budgets/budget-routes.ts';
import { chargeBatchRoutes } from './charges/charge-batch-route.ts';
import { chargeRoutes } from './charges/charge-routes.ts';
import { allocationRoutes } from './allocations/allocation-routes.ts';
import { decisionsRoute } from './credit-requests/decisions-route.ts';
import { creditRequestRoutes } from './credit-requests/credit-request-routes.ts';
import { apiKeyRoutes } from './directory/api-key-routes.ts';
import { deleteOrganizationRoutes } from './directory/delete-organization-routes.ts';
import { deleteUserRoutes } from './directory/delete-user-route.ts';
import { memberRoutes } from './directory/member-routes.ts';
import { notificationRoutes } from './directory/notification-routes.ts';
import { organizationListRoutes } from './directory/organization-list-routes.ts';
import { ownershipRoutes } from './directory/ownership-route.ts';
import { organizationRoutes } from './directory/organization-routes.ts';
import { userRoutes } from './directory/user-routes.ts';
import { walletSettingsRoutes } from './directory/wallet-settings-route.ts';
import { eventRoutes } from './events/event-routes.ts';
import { grantRoutes } from './grants/grant-routes.ts';
import { holdRoutes } from './holds/hold-routes.ts';
import type { Route } from './http/route.ts';
import { deadLetterRoutes } from './operating/dead-letter-routes.ts';
import { replayChargeRoutes } from './operating/replay-charge-route.ts';
import { queueRoutes } from './operating/queue-routes.ts';
import { transactionRoutes } from './reads/transaction-route.ts';
import { invitationRoutes } from './invitations/invitation-routes.ts';
import { walletEventRoutes } from './live/events-route.ts';
import { noticePreferenceRoutes } from './notice-preferences/preference-routes.ts';
import { organizationPreferenceRoutes } from './notice-preferences/organization-preference-routes.ts';
import { operationRoutes } from './operations/operation-routes.ts';
import { paymentMethodRoutes } from './payment-methods/payment-method-routes.ts';
import { priceRoutes } from './prices/price-routes.ts';
import { deliveryRoutes } from './outgoing-webhooks/delivery-routes.ts';
import { webhookRoutes } from './outgoing-webhooks/webhook-routes.ts';
import { catalogRoutes } from './purchases/catalog-route.ts';
import { bonusCodeRoutes } from './bonus-codes/bonus-code-routes.ts';
import { paymentWarningRoutes } from './purchases/payment-warning-routes.ts';
import { receiptRoutes } from './purchases/receipt-route.ts';
import { quoteRoutes } from './purchases/quote-routes.ts';
import { provenanceRoutes } from './provenance/provenance-routes.ts';
import { purchaseRoutes } from './purchases/purchase-routes.ts';
import { reviewRoutes } from './purchases/review-route.ts';
import { caseRoutes } from './reconciliations/case-routes.ts';
import { reconciliationRoutes } from './reconciliations/reconciliation-routes.ts';
import { reportRoutes } from './reads/report-routes.ts';
import { walletRoutes } from './reads/wallet-routes.ts';
import { ruleRoutes } from './rules/rule-routes.ts';
import { seatRoutes } from './seats/seat-routes.ts';
import { attentionRoutes } from './service/attention-route.ts';
import type { Services } from './service/services.ts';
import { endSessionsRoutes } from './sign-in/end-sessions-route.ts';
import { sessionRoutes } from './sign-in/session-route.ts';
import { paymentRoutes } from './subscriptions/payment-routes.ts';
import { planRoutes } from './subscriptions/plan-routes.ts';
import { subscriptionRoutes } from './subscriptions/subscription-routes.ts';
import { transferRoutes } from './transfers/transfer-routes.ts';

/** Every address that needs a key. */
export const apiRoutes = (services: Services): Route[] => [
  ...chargeRoutes(services),
  ...chargeBatchRoutes(services),
  ...eventRoutes(services),
  ...holdRoutes(services),
  ...priceRoutes(services),
  ...catalogRoutes(services),
  ...quoteRoutes(services),
  ...receiptRoutes(services),
  ...bonusCodeRoutes(services),
  ...paymentWarningRoutes(services),
  ...purchaseRoutes(services),
  ...reviewRoutes(services),
  ...paymentMethodRoutes(services),
  ...autoTopUpRoutes(services),
  ...planRoutes(services),
  ...subscriptionRoutes(services),
  ...paymentRoutes(services),
  ...transferRoutes(services),
  ...allocationRoutes(services),
  decisionsRoute(services),
  ...creditRequestRoutes(services),
  ...walletRoutes(services),
  ...reportRoutes(services),
  ...transactionRoutes(services),
  ...provenanceRoutes(services),
  ...walletEventRoutes(services),
  ...budgetRoutes(services),
  ...operationRoutes(services),
  ...userRoutes(services),
  ...organizationRoutes(services),
  ...memberRoutes(services),
  ...deleteUserRoutes(services),
  ...deleteOrganizationRoutes(services),
  ...ownershipRoutes(services),
  ...invitationRoutes(services),
  ...organizationListRoutes(services),
  ...seatRoutes(services),
  ...ruleRoutes(services),
  ...notificationRoutes(services),
  ...noticePreferenceRoutes(services),
  ...organizationPreferenceRoutes(services),
  ...attentionRoutes(services),
  ...deadLetterRoutes(services),
  ...queueRoutes(services),
  ...replayChargeRoutes(services),
  ...auditRoutes(services),
  ...grantRoutes(services),
  ...walletSettingsRoutes(services),
  ...apiKeyRoutes(services),
  ...webhookRoutes(services),
  ...deliveryRoutes(services),
  ...reconciliationRoutes(services),
  ...caseRoutes(services),
  ...sessionRoutes(services),
  ...endSessionsRoutes(services),
];

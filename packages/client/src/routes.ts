/**
 * Every address that this client speaks to, by the name it has in the server's OpenAPI document.
 * All resources take their addresses from here, so a test can compare the two lists.
 */
export const ROUTES = {
  createCharge: 'POST /v1/charges',
  createChargeBatch: 'POST /v1/charges/batch',
  reverseCharge: 'POST /v1/charges/{transaction}/reverse',
  createHold: 'POST /v1/holds',
  getHold: 'GET /v1/holds/{id}',
  extendHold: 'POST /v1/holds/{id}/extend',
  captureHold: 'POST /v1/holds/{id}/capture',
  releaseHold: 'POST /v1/holds/{id}/release',
  sendEvents: 'POST /v1/events',
  getCatalog: 'GET /v1/catalog',
  listPrices: 'GET /v1/prices',
  getPrice: 'GET /v1/prices/{id}',
  quotePrice: 'GET /v1/prices/{id}/quote',
  putPrice: 'PUT /v1/prices/{id}',
  retirePrice: 'DELETE /v1/prices/{id}',
  createQuote: 'POST /v1/quotes',
  createPurchase: 'POST /v1/purchases',
  getPurchase: 'GET /v1/purchases/{id}',
  cancelPurchase: 'POST /v1/purchases/{id}/cancel',
  refundPurchase: 'POST /v1/purchases/{id}/refund',
  getCheckout: 'GET /v1/checkouts/{session}',
  listPaymentMethods: 'GET /v1/wallets/{wallet}/payment-methods',
  setUpPaymentMethod: 'POST /v1/wallets/{wallet}/payment-methods/setup',
  setDefaultPaymentMethod: 'POST /v1/wallets/{wallet}/payment-methods/{id}/default',
  removePaymentMethod: 'DELETE /v1/wallets/{wallet}/payment-methods/{id}',
  getAutoTopUp: 'GET /v1/wallets/{wallet}/auto-top-up',
  putAutoTopUp: 'PUT /v1/wallets/{wallet}/auto-top-up',
  listPayments: 'GET /v1/wallets/{wallet}/payments',
  getPaymentLinks: 'GET /v1/wallets/{wallet}/payments/{id}/links',
  createPortalSession: 'POST /v1/wallets/{wallet}/portal-session',
  listPlans: 'GET /v1/plans',
  putPlan: 'PUT /v1/plans/{id}',
  retirePlan: 'DELETE /v1/plans/{id}',
  createSubscription: 'POST /v1/subscriptions',
  getSubscription: 'GET /v1/wallets/{wallet}/subscription',
  changeSubscription: 'POST /v1/subscriptions/{id}/change',
  cancelSubscription: 'POST /v1/subscriptions/{id}/cancel',
  resumeSubscription: 'POST /v1/subscriptions/{id}/resume',
  createBonusCode: 'POST /v1/bonus-codes',
  listBonusCodes: 'GET /v1/bonus-codes',
  disableBonusCode: 'DELETE /v1/bonus-codes/{id}',
  listPaymentWarnings: 'GET /v1/wallets/{wallet}/payment-warnings',
  clearPaymentWarnings: 'DELETE /v1/wallets/{wallet}/payment-warnings',
  createTransfer: 'POST /v1/transfers',
  createAllocation: 'POST /v1/allocations',
  undoAllocation: 'POST /v1/allocations/{id}/undo',
  getAllocation: 'GET /v1/allocations/{id}',
  listAllocationRecipients: 'GET /v1/allocations/{id}/recipients',
  listAllocations: 'GET /v1/organizations/{org}/allocations',
  listSeats: 'GET /v1/organizations/{org}/seats',
  assignSeat: 'PUT /v1/organizations/{org}/seats/{user}',
  revokeSeat: 'DELETE /v1/organizations/{org}/seats/{user}',
  listRules: 'GET /v1/organizations/{org}/rules',
  getRule: 'GET /v1/organizations/{org}/rules/{rule}',
  putRule: 'PUT /v1/organizations/{org}/rules/{rule}',
  deleteRule: 'DELETE /v1/organizations/{org}/rules/{rule}',
  simulateRule: 'POST /v1/organizations/{org}/rules/{rule}/simulate',
  createCreditRequest: 'POST /v1/credit-requests',
  approveCreditRequest: 'POST /v1/credit-requests/{id}/approve',
  rejectCreditRequest: 'POST /v1/credit-requests/{id}/reject',
  cancelCreditRequest: 'POST /v1/credit-requests/{id}/cancel',
  listCreditRequests: 'GET /v1/organizations/{id}/credit-requests',
  createGrant: 'POST /v1/grants',
  getWallet: 'GET /v1/wallets/{wallet}',
  updateWallet: 'PATCH /v1/wallets/{wallet}',
  listLots: 'GET /v1/wallets/{wallet}/lots',
  listHolds: 'GET /v1/wallets/{wallet}/holds',
  listPurchases: 'GET /v1/wallets/{wallet}/purchases',
  listTransactions: 'GET /v1/wallets/{wallet}/transactions',
  exportTransactions: 'GET /v1/wallets/{wallet}/transactions.csv',
  getUsage: 'GET /v1/usage',
  getWalletTotals: 'GET /v1/wallets/{wallet}/totals',
  getLotProvenance: 'GET /v1/lots/{id}/provenance',
  getTransactionProvenance: 'GET /v1/transactions/{id}/provenance',
  listBudgets: 'GET /v1/wallets/{wallet}/budgets',
  putBudget: 'PUT /v1/budgets/{id}',
  getBudget: 'GET /v1/budgets/{id}',
  deleteBudget: 'DELETE /v1/budgets/{id}',
  getOperation: 'GET /v1/operations/{id}',
  listRejectedOperations: 'GET /v1/operations',
  putUser: 'PUT /v1/users/{id}',
  deleteUser: 'DELETE /v1/users/{id}',
  getUser: 'GET /v1/users/{id}',
  putOrganization: 'PUT /v1/organizations/{id}',
  previewOrganizationDeletion: 'GET /v1/organizations/{id}/deletion',
  deleteOrganization: 'DELETE /v1/organizations/{id}',
  transferOwnership: 'POST /v1/organizations/{org}/transfer-ownership',
  getOrganization: 'GET /v1/organizations/{id}',
  updateOrganizationSettings: 'PATCH /v1/organizations/{id}/settings',
  exportOrganizationTransactions: 'GET /v1/organizations/{id}/transactions.csv',
  listMembers: 'GET /v1/organizations/{org}/members',
  putMember: 'PUT /v1/organizations/{org}/members/{user}',
  suspendMember: 'POST /v1/organizations/{org}/members/{user}/suspend',
  reinstateMember: 'POST /v1/organizations/{org}/members/{user}/reinstate',
  removeMember: 'DELETE /v1/organizations/{org}/members/{user}',
  listNotifications: 'GET /v1/notifications',
  createApiKey: 'POST /v1/api-keys',
  listApiKeys: 'GET /v1/api-keys',
  changeApiKey: 'PATCH /v1/api-keys/{id}',
  rotateApiKey: 'POST /v1/api-keys/{id}/rotate',
  revokeApiKey: 'DELETE /v1/api-keys/{id}',
} as const satisfies Record<string, `${Method} /v1/${string}`>;

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
export type Route = (typeof ROUTES)[keyof typeof ROUTES];

/** Filters and page parameters; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Puts parameters into an address. A parameter that is missing is a mistake of this package. */
export function addressOf(
  route: Route,
  params: Readonly<Record<string, string>> = {},
  query: Query = {},
): { method: string; path: string } {
  const template = route.slice(route.indexOf(' ') + 1);
  const path = template.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name];
    if (typeof value !== 'string' || value === '') {
      throw new TypeError(`${route} needs "${name}" as text that is not empty.`);
    }
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  ).toString();
  return {
    method: route.slice(0, route.indexOf(' ')),
    path: search === '' ? path : `${path}?${search}`,
  };
}

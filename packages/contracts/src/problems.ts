/**
 * Every refusal the API can answer with. A code never changes its meaning; new ones may be added.
 * `status` is the HTTP status (RFC 9457), `title` is constant per code.
 */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not valid' },
  invalid_amount: { status: 422, title: 'The amount is not a valid credit amount' },
  unauthenticated: { status: 401, title: 'No valid credentials were given' },
  forbidden: { status: 403, title: 'The caller may not do this' },
  not_found: { status: 404, title: 'There is nothing here that the caller may see' },
  idempotency_key_missing: { status: 400, title: 'An Idempotency-Key header is needed' },
  idempotency_key_reused: {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
  },
  wallet_not_found: { status: 404, title: 'The wallet does not exist' },
  insufficient_credits: { status: 409, title: 'There are not enough credits' },
  not_a_member: { status: 422, title: 'The person is not an active member of the organization' },
  duplicate_recipient: { status: 422, title: 'A recipient is named twice' },
  member_suspended: { status: 409, title: 'The member is suspended' },
  hold_not_open: { status: 409, title: 'The hold is not open any more' },
  hold_life_exceeded: { status: 409, title: 'The hold cannot live that long' },
  amount_below_captured: { status: 422, title: 'The hold has captured more than this already' },
  overdraft_not_allowed: { status: 409, title: 'The wallet does not allow that much overdraft' },
  request_not_pending: { status: 409, title: 'The credit request is not pending any more' },
  request_already_pending: { status: 409, title: 'The member already has a pending request' },
  promotion_invalid: { status: 422, title: 'The promotion code cannot be used' },
  purchase_too_small: { status: 422, title: 'The purchase is below the minimum' },
  purchase_too_large: { status: 422, title: 'The purchase is above the maximum' },
  purchase_off_step: { status: 422, title: 'The price lies between two steps' },
  purchase_not_open: { status: 409, title: 'The purchase has no open checkout' },
  too_many_checkouts: { status: 429, title: 'Too many checkouts were opened and not paid' },
  payments_locked: { status: 429, title: 'Too many payments were declined' },
  refund_not_possible: { status: 409, title: 'There is nothing to refund' },
  refund_not_allowed: { status: 409, title: 'The policy does not allow this refund' },
  refund_exceeds_payment: { status: 422, title: 'More would be refunded than was paid' },
  refund_in_progress: { status: 409, title: 'Another refund is being made' },
  already_refunded: { status: 409, title: 'Everything was refunded before' },
  purchase_disputed: { status: 409, title: 'The payment is disputed' },
  bonus_code_taken: { status: 409, title: 'An active code is spelled the same' },
  quote_not_valid: { status: 422, title: 'The quote is not valid here, or not any more' },
  lot_kind_unavailable: { status: 409, title: 'There are not enough credits of this kind' },
  reversal_exceeds_charge: { status: 409, title: 'More would be given back than was charged' },
  amount_exceeds_request: { status: 422, title: 'More would be granted than was requested' },
  budget_exceeded: { status: 409, title: 'A budget does not allow this' },
  budget_id_taken: { status: 409, title: 'Another wallet has a budget of this id' },
  too_many_budgets: { status: 409, title: 'The wallet has as many budgets as it can have' },
  price_not_found: { status: 422, title: 'No current price fits' },
  price_limit_reached: { status: 409, title: 'The catalogue holds no more prices' },
  event_type_taken: { status: 409, title: 'Another price rates events of this type' },
  event_time_out_of_range: { status: 422, title: 'The event is too old or lies in the future' },
  cap_exceeded: { status: 409, title: 'A rule caps what a member may receive' },
  allocation_running: { status: 409, title: 'The allocation is still being handed out' },
  seat_not_assigned: { status: 409, title: 'The member has no seat' },
  balance_limit_reached: { status: 409, title: 'The wallet cannot hold that many credits' },
  already_a_member: { status: 409, title: 'The person is a member already' },
  invitation_pending: { status: 409, title: 'The address has an open invitation already' },
  invitation_not_open: { status: 409, title: 'The invitation is not open any more' },
  invitation_limit_reached: { status: 409, title: 'No more invitations can be sent now' },
  account_not_settled: { status: 409, title: 'Something of this account is not settled yet' },
  confirmation_mismatch: { status: 422, title: 'What was typed is not what would be deleted' },
  organization_deleted: { status: 409, title: 'The organization was deleted' },
  wallet_closed: { status: 409, title: 'The wallet is closed' },
  not_an_owner: { status: 409, title: 'The person is not an active owner of the organization' },
  last_owner: { status: 409, title: 'An organization needs at least one owner' },
  plan_not_found: { status: 422, title: 'There is no such plan on offer' },
  plan_not_available: { status: 422, title: 'The plan is not for this wallet' },
  plan_limit_reached: { status: 409, title: 'There are as many plans as may be' },
  already_subscribed: { status: 409, title: 'The wallet has a subscription already' },
  order_replaced: { status: 409, title: 'A later order took the place of this one' },
  change_in_progress: { status: 409, title: 'Another change of the subscription is being made' },
  subscription_not_active: { status: 409, title: 'The subscription does not go on any more' },
  payment_refused: { status: 409, title: 'The payment was refused' },
  webhook_limit_reached: { status: 409, title: 'There are as many webhooks as may be' },
  webhook_disabled: { status: 409, title: 'The webhook is disabled' },
  auto_top_up_unfit: { status: 422, title: 'These terms of an auto top-up cannot work' },
  payment_method_missing: { status: 409, title: 'There is no card that could be charged' },
  reconciliation_not_proven: { status: 409, title: 'The run has no money proof' },
  operation_not_kept: { status: 409, title: 'The operation is not kept for a replay' },
  case_not_parked: { status: 409, title: 'The case is not parked' },
  purchase_not_in_review: { status: 409, title: 'The order does not wait for this decision' },
  case_not_open: { status: 409, title: 'The case is not open any more' },
  rate_limited: { status: 429, title: 'Too many requests' },
  payload_too_large: { status: 413, title: 'The request body is too large' },
  unsupported_media_type: { status: 415, title: 'The request body has an unsupported type' },
  method_not_allowed: { status: 405, title: 'The address does not take this method' },
  unavailable: { status: 503, title: 'The service cannot accept this right now' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A business refusal as the ledger stores it: final under its operation. Amounts are decimal strings. */
export interface Rejection {
  code: ProblemCode;
  detail: string;
  required?: string;
  available?: string;
  /** People, wallets or budgets the refusal is about, e.g. the recipients that are no members. */
  subjects?: string[];
  /** What is wrong where in a list, by JSON pointer; the first hundred. */
  errors?: { pointer: string; message: string }[];
}

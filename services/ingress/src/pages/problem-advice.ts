import type { ProblemCode } from '@bursar/contracts';

/** What to do about each problem, for the page its `type` leads to. */
export const PROBLEM_ADVICE: Record<ProblemCode, string> = {
  invalid_request: 'Correct what errors[] lists and send the request again.',
  invalid_amount: 'Send a positive decimal string with at most six decimals, below 10^12 credits.',
  unauthenticated:
    'Send "Authorization: Bearer bsk_…" with a key that was not revoked, or sign in again.',
  forbidden: 'Use a key or a person with the right to do this; detail says which.',
  not_found: 'Check the address. What you may not see looks the same as what does not exist.',
  idempotency_key_missing: 'Send an Idempotency-Key header; repeat it when you repeat the request.',
  idempotency_key_reused:
    'Take a new key for a new request. The first request under this key stays as it is.',
  wallet_not_found: 'Create the person or the organization first; its wallet comes with it.',
  insufficient_credits:
    'Buy or allocate credits, or ask for less; required and available tell how much.',
  not_a_member: 'Add the person to the organization first.',
  duplicate_recipient: 'Name every recipient once; subjects lists who is named twice.',
  member_suspended: 'Reinstate the member first.',
  hold_life_exceeded:
    'Ask for less time, or capture what was used and place another hold for the rest.',
  amount_below_captured: 'Ask for a total of at least what the hold has captured, or leave it out.',
  overdraft_not_allowed:
    'Declare less overdraft, wait until other holds have ended, or let an operator raise the soft_landing_limit of the wallet.',
  hold_not_open: 'The hold was captured, released or expired; place a new one.',
  request_not_pending: 'Somebody decided the request already; look at it again.',
  request_already_pending: 'Wait for the decision, or cancel the pending request.',
  promotion_invalid: 'Leave the promotion code out or use another one.',
  purchase_too_small: 'Buy at least the minimum that GET /v1/catalog shows.',
  purchase_too_large: 'Buy at most the maximum that GET /v1/catalog shows.',
  purchase_off_step: 'Choose a multiple of the step that GET /v1/catalog shows.',
  purchase_not_open: 'Look at the purchase: it is paid, closed, or its payment is on the way.',
  too_many_checkouts: 'Pay one of the open checkouts, or wait an hour.',
  payments_locked: 'Wait an hour, or have an operator clear the warnings of the wallet.',
  refund_not_possible: 'Nothing was paid, so nothing can go back; take credits back otherwise.',
  refund_not_allowed:
    'Send "override": true with the reason, if it is to be refunded all the same.',
  refund_exceeds_payment: 'Refund less; detail says how much is left.',
  refund_in_progress: 'Try again when the other refund is done.',
  already_refunded: 'Nothing is left to do.',
  purchase_disputed: 'Answer the dispute at Stripe; the bank decides about the money.',
  bonus_code_taken: 'Disable the other code first, or choose another spelling.',
  quote_not_valid: 'Ask for a new quote and order with it before it expires.',
  lot_kind_unavailable: 'Leave kind out, or ask for less of it.',
  reversal_exceeds_charge: 'Give back at most what was charged and not given back yet.',
  amount_exceeds_request: 'Grant at most what was requested.',
  budget_exceeded: 'Raise the budget or wait for its next period.',
  budget_id_taken: 'Choose another id; all wallets share the ids of budgets.',
  too_many_budgets: 'Delete a budget that is not needed, or widen one.',
  price_not_found: 'Name a price that GET /v1/prices lists, or send an amount of credits.',
  price_limit_reached: 'Write a new version of a price that is not used any more.',
  event_type_taken: 'Retire the other price first, or leave event_type out.',
  event_time_out_of_range: 'Send events soon after they happened, by a clock that is right.',
  cap_exceeded:
    'A rule of the organization caps what one member may receive in a period. Give less, wait for the next period, or change the rule.',
  allocation_running:
    'Wait until the allocation has been handed out, then undo it under a new key.',
  seat_not_assigned: 'Nothing to revoke: the member has no seat.',
  balance_limit_reached: 'Spend or move credits before adding more.',
  already_a_member: 'Nothing to do; change their role instead if that was meant.',
  invitation_pending: 'Revoke the open invitation first, or leave it.',
  invitation_not_open: 'Ask for another invitation.',
  invitation_limit_reached:
    'Wait a day before another mail to this address, or revoke invitations that nobody took.',
  account_not_settled:
    'Settle what detail lists; DELETE with {"preview": true} shows what is left.',
  confirmation_mismatch:
    'Look at what would be deleted once more, then type its name and what is left in its pool.',
  organization_deleted: 'Nobody can bring it back, and its id stays taken; choose another one.',
  wallet_closed:
    'Its owner was deleted. Nothing can enter or leave this wallet any more; name another one.',
  reconciliation_not_proven: 'Wait until the run is over, or ask for another one.',
  operation_not_kept:
    'Only a charge that was refused because its wallet did not exist is kept. Send any other command anew, under another key.',
  case_not_parked: 'Look at the case again: the next run repairs it, or it is closed.',
  purchase_not_in_review: 'Look at the order again: somebody has decided, or it was paid.',
  case_not_open: 'Look at the case again: a run or another operator has closed it.',
  not_an_owner: 'Look at the members again; somebody may have given the role on already.',
  last_owner: 'Make somebody else an owner first.',
  plan_not_found: 'Look at GET /v1/plans and name a plan that is listed there.',
  plan_not_available: 'Choose a plan whose audience fits: "user", "org" or "any".',
  plan_limit_reached: 'Put one of the plans again that are there already, retired ones included.',
  already_subscribed:
    'Change the plan with POST /v1/subscriptions/{id}/change, or cancel it and wait until it has ended.',
  order_replaced: 'Pay at the page of the later order, or order again.',
  change_in_progress:
    'Look at the subscription when the other change is done, then try again under a new Idempotency-Key.',
  subscription_not_active: 'Order a new one with POST /v1/subscriptions.',
  payment_refused:
    'Let the customer renew the card in the portal (POST /v1/wallets/{wallet}/portal-session), then try again under a new Idempotency-Key.',
  webhook_limit_reached: 'Delete a webhook that is not needed, or let one hear more types.',
  webhook_disabled: 'Enable the webhook first, with PATCH and {"enabled": true}.',
  auto_top_up_unfit: 'Change the number that the errors point at; both numbers are named there.',
  payment_method_missing: 'Save a card first; the answer names the address for it.',
  rate_limited:
    'Nothing was accepted. Wait as long as Retry-After says, then send the same request again; RateLimit tells what is left.',
  payload_too_large: 'Split the request.',
  unsupported_media_type: 'Send the body as application/json in UTF-8.',
  method_not_allowed: 'Use one of the methods that the Allow header lists.',
  unavailable:
    'Repeat the request with the same Idempotency-Key after as long as Retry-After says; nothing happens twice.',
};

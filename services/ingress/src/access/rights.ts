import type { Scope } from '@bursar/contracts';
import type { Caller } from './caller.ts';

/**
 * How a person stands to a wallet or an organization: `self` to their own; `owner`, `admin` or
 * `member` in an organization; `stranger` to everything else. A suspended person keeps only what a
 * member has, so that the ledger can say `member_suspended` where that is the reason.
 */
export type Relation = 'self' | 'owner' | 'admin' | 'member' | 'stranger';

export interface Right {
  /** The scope that opens this to product keys; `null`: closed to them. */
  scope: Scope | null;
  /** The people who may. */
  people: readonly Relation[];
  /** The people who may not, but may know that it is there; for all others it does not exist. */
  refused: readonly Relation[];
}

const EVERYBODY: readonly Relation[] = ['self', 'owner', 'admin', 'member', 'stranger'];
const MANAGERS = ['owner', 'admin'] as const;
const MEMBERS = ['owner', 'admin', 'member'] as const;

/** Who may do what. An operator key may do everything and has no column. */
export const RIGHTS = {
  read_wallet: { scope: 'wallets:read', people: ['self', ...MANAGERS], refused: [] },
  read_budgets: { scope: 'wallets:read', people: ['self', ...MEMBERS], refused: [] },
  manage_budgets: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  create_purchase: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  manage_payment: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  create_charge: { scope: 'charges:write', people: [], refused: EVERYBODY },
  send_events: { scope: 'events:write', people: [], refused: EVERYBODY },
  reverse_charge: { scope: 'charges:write', people: [], refused: EVERYBODY },
  create_hold: { scope: 'holds:write', people: [], refused: EVERYBODY },
  resolve_hold: { scope: 'holds:write', people: [], refused: EVERYBODY },
  create_grant: { scope: null, people: [], refused: EVERYBODY },
  send_transfer: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  receive_transfer: { scope: null, people: MEMBERS, refused: [] },
  create_allocation: { scope: null, people: MANAGERS, refused: ['member'] },
  request_credits: { scope: null, people: MEMBERS, refused: [] },
  decide_request: { scope: null, people: MANAGERS, refused: [] },
  decide_own_request: { scope: null, people: ['owner'], refused: ['admin', 'member'] },
  cancel_request: { scope: null, people: ['self'], refused: MANAGERS },
  read_requests: { scope: null, people: MEMBERS, refused: [] },
  read_organization: { scope: null, people: MEMBERS, refused: [] },
  read_members: { scope: null, people: MANAGERS, refused: ['member'] },
  manage_organization: { scope: null, people: MANAGERS, refused: ['member'] },
  manage_members: { scope: null, people: MANAGERS, refused: ['member'] },
  leave_organization: { scope: null, people: MEMBERS, refused: [] },
  accept_invitation: { scope: null, people: EVERYBODY, refused: [] },
  manage_owners: { scope: null, people: ['owner'], refused: ['admin', 'member'] },
  delete_organization: { scope: null, people: ['owner'], refused: ['admin', 'member'] },
  write_user: { scope: null, people: ['self'], refused: [] },
  read_notifications: { scope: null, people: ['self'], refused: EVERYBODY },
  manage_prices: { scope: null, people: [], refused: EVERYBODY },
  manage_keys: { scope: null, people: MANAGERS, refused: ['member'] },
  set_low_balance: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  manage_plans: { scope: null, people: [], refused: EVERYBODY },
  manage_subscription: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  manage_webhooks: { scope: null, people: ['self', ...MANAGERS], refused: ['member'] },
  operate: { scope: null, people: [], refused: EVERYBODY },
} as const satisfies Record<string, Right>;

export type Action = keyof typeof RIGHTS;
export type Verdict = 'allowed' | 'forbidden' | 'hidden';

/**
 * Decides from the table alone. Of a key's relation only that of a bound one is looked at: what is not
 * its organization's does not exist for it.
 */
export function decide(caller: Caller, action: Action, relation: Relation): Verdict {
  if (caller.kind === 'operator') return 'allowed';
  const right: Right = RIGHTS[action];
  if (caller.kind === 'product') {
    if (caller.bound !== undefined && relation === 'stranger') return 'hidden';
    return right.scope !== null && caller.scopes.includes(right.scope) ? 'allowed' : 'forbidden';
  }
  if (right.people.includes(relation)) return 'allowed';
  return right.refused.includes(relation) ? 'forbidden' : 'hidden';
}

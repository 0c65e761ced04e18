import { SCOPES } from '@bursar/contracts';
import { describe, expect, it } from 'vitest';
import { callerId, ownsOperation, type Caller } from '../src/access/caller.ts';
import { refusal } from '../src/access/permit.ts';
import { decide, RIGHTS, type Action, type Relation } from '../src/access/rights.ts';

const RELATIONS: Relation[] = ['self', 'owner', 'admin', 'member', 'stranger'];
const isAction = (text: string): text is Action => text in RIGHTS;
const ACTIONS = Object.keys(RIGHTS).filter(isAction);
const person: Caller = { kind: 'person', id: 'ana', key: 'key_a' };
const product = (...scopes: (typeof SCOPES)[number][]): Caller => ({
  kind: 'product',
  key: 'key_p',
  scopes,
});

/** One line for each action: what self, owner, admin, member and stranger get. */
const EXPECTED = `
  read_wallet          allowed   allowed   allowed   hidden    hidden
  read_budgets         allowed   allowed   allowed   allowed   hidden
  manage_budgets       allowed   allowed   allowed   forbidden hidden
  create_purchase      allowed   allowed   allowed   forbidden hidden
  manage_payment       allowed   allowed   allowed   forbidden hidden
  create_charge        forbidden forbidden forbidden forbidden forbidden
  send_events          forbidden forbidden forbidden forbidden forbidden
  reverse_charge       forbidden forbidden forbidden forbidden forbidden
  create_hold          forbidden forbidden forbidden forbidden forbidden
  resolve_hold         forbidden forbidden forbidden forbidden forbidden
  create_grant         forbidden forbidden forbidden forbidden forbidden
  send_transfer        allowed   allowed   allowed   forbidden hidden
  receive_transfer     hidden    allowed   allowed   allowed   hidden
  create_allocation    hidden    allowed   allowed   forbidden hidden
  request_credits      hidden    allowed   allowed   allowed   hidden
  decide_request       hidden    allowed   allowed   hidden    hidden
  decide_own_request   hidden    allowed   forbidden forbidden hidden
  cancel_request       allowed   forbidden forbidden hidden    hidden
  read_requests        hidden    allowed   allowed   allowed   hidden
  read_organization    hidden    allowed   allowed   allowed   hidden
  read_members         hidden    allowed   allowed   forbidden hidden
  manage_organization  hidden    allowed   allowed   forbidden hidden
  manage_members       hidden    allowed   allowed   forbidden hidden
  leave_organization   hidden    allowed   allowed   allowed   hidden
  accept_invitation    allowed   allowed   allowed   allowed   allowed
  manage_owners        hidden    allowed   forbidden forbidden hidden
  delete_organization  hidden    allowed   forbidden forbidden hidden
  write_user           allowed   hidden    hidden    hidden    hidden
  read_notifications   allowed   forbidden forbidden forbidden forbidden
  manage_prices        forbidden forbidden forbidden forbidden forbidden
  manage_keys          hidden    allowed   allowed   forbidden hidden
  set_low_balance      allowed   allowed   allowed   forbidden hidden
  manage_plans         forbidden forbidden forbidden forbidden forbidden
  manage_subscription  allowed   allowed   allowed   forbidden hidden
  manage_webhooks      allowed   allowed   allowed   forbidden hidden
  operate              forbidden forbidden forbidden forbidden forbidden
`;

describe('people', () => {
  const rows = EXPECTED.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

  it('have a line for every action', () => {
    expect(new Set(rows.map(([action]) => action))).toEqual(new Set(ACTIONS));
    expect(rows).toHaveLength(ACTIONS.length);
  });

  it.each(rows)('%s: %s %s %s %s %s', (action = '', ...verdicts) => {
    if (!isAction(action)) throw new Error(`There is no action ${action}.`);
    expect(RELATIONS.map((relation) => decide(person, action, relation))).toEqual(verdicts);
  });

  it.each([
    ['manage_members', 'member', 'Ask an owner, an administrator or an operator.'],
    ['delete_organization', 'admin', 'Ask an owner or an operator.'],
    ['manage_plans', 'owner', 'Ask an operator.'],
  ] as const)('who may not %s are told whom to ask', (action, relation, remedy) => {
    const problem = refusal(person, action, relation);
    expect(problem?.detail).toContain('nothing was changed');
    expect(problem?.detail).toContain(remedy);
  });
});

describe('keys', () => {
  it('of operators may do everything', () => {
    const operator: Caller = { kind: 'operator', key: 'key_o' };
    expect(ACTIONS.every((action) => decide(operator, action, 'stranger') === 'allowed')).toBe(
      true,
    );
  });

  it.each([
    ['charges:write', ['create_charge', 'reverse_charge']],
    ['holds:write', ['create_hold', 'resolve_hold']],
    ['wallets:read', ['read_wallet', 'read_budgets']],
    ['events:write', ['send_events']],
  ] as const)('with %s may do that and nothing more', (scope, actions) => {
    const allowed = ACTIONS.filter(
      (action) => decide(product(scope), action, 'owner') === 'allowed',
    );
    expect(allowed).toEqual(actions);
  });
});

describe('operations', () => {
  it('belong to their caller, and to a person through any key', () => {
    const elsewhere: Caller = { kind: 'person', id: 'ana', key: 'key_b' };
    expect(callerId(person)).not.toBe(callerId(elsewhere));
    expect(ownsOperation(elsewhere, callerId(person))).toBe(true);
    expect(ownsOperation({ ...elsewhere, id: 'bo' }, callerId(person))).toBe(false);
    expect(ownsOperation({ kind: 'operator', key: 'key_a' }, callerId(person))).toBe(false);
  });
});

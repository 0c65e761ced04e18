import type { Command, KeyedCharge } from '../command.ts';
import type { BudgetTerms } from '../rules/budget.ts';
import type { Charge } from '../rules/charge.ts';
import type { Ledger } from '../rules/ledger.ts';
import type { Member } from '../rules/membership.ts';
import type { Cast } from './cast.ts';
import { quantityOf } from './quantities.ts';
import type { ChargeStep, Step } from './step.ts';

export const HOUR = 3_600_000;
const OTHER_PRODUCT = 'other';

export type StepOf<Name extends Step['do']> = Extract<Step, { do: Name }>;

/** Steps that are commands under a key of their own. */
export type CommandStep = StepOf<
  | 'grant'
  | 'transfer'
  | 'allocate'
  | 'reverse'
  | 'hold'
  | 'capture'
  | 'release'
  | 'extend'
  | 'ask'
  | 'approve'
  | 'reject'
  | 'cancel'
  | 'remove'
  | 'undo'
  | 'default'
  | 'seat'
  | 'unseat'
  | 'delete'
>;

/** What a step's numbers are counted in. */
export type Positions = Pick<Ledger, 'now' | 'wallets'> &
  Record<'holds' | 'charges' | 'requests' | 'allocations', readonly unknown[]>;

/** Puts names and positions where the generator wrote numbers. */
export function commandOf(step: CommandStep, cast: Cast, ledger: Positions): Command {
  switch (step.do) {
    case 'grant': {
      const { amount, kind, priority } = step;
      const at = (hours: number) => Math.floor(ledger.now / HOUR + hours) * HOUR;
      const expiresAt = step.expiresIn === null ? Infinity : at(step.expiresIn);
      const effectiveAt = step.effectiveIn === null ? null : at(step.effectiveIn);
      const wallet = ownerAt(cast, step.who);
      return { type: 'grant', wallet, amount, kind, priority, expiresAt, effectiveAt };
    }
    case 'transfer': {
      const { amount, kind, unrestricted } = step;
      const [from, to] = [ownerAt(cast, step.from), ownerAt(cast, step.to)];
      return { type: 'transfer', from, to, amount, kind, unrestricted };
    }
    case 'allocate': {
      const { amount, kind } = step;
      // Only who is named can have an amount of their own.
      const rising = step.rising && step.recipients !== 'all';
      const people = [...cast.users, cast.owners.at(-1)!];
      const recipients =
        step.recipients === 'all' ? 'all' : step.recipients.map((index) => people[index]!);
      return { type: 'allocation', from: cast.pools[step.pool]!, recipients, amount, rising, kind };
    }
    case 'reverse': {
      const charge = positionIn(ledger.charges, step.charge);
      return { type: 'reversal', charge, amount: step.amount };
    }
    case 'hold': {
      const { overdraft } = step;
      const spending = chargeOf({ ...step, again: null }, cast);
      return { type: 'hold', ...spending, overdraft, lifetimeMs: step.hours * HOUR };
    }
    case 'extend': {
      const hold = positionIn(ledger.holds, step.hold);
      return { type: 'hold_extension', hold, amount: step.amount, lifetimeMs: step.hours * HOUR };
    }
    case 'capture': {
      const hold = positionIn(ledger.holds, step.hold);
      const { amount, final, within = false } = step;
      return { type: 'hold_capture', hold, amount, quantity: quantityOf(amount), final, within };
    }
    case 'release':
      return { type: 'hold_release', hold: positionIn(ledger.holds, step.hold) };
    case 'ask':
      return { type: 'credit_request', ...memberOf(step, cast), amount: step.amount };
    case 'approve': {
      const request = positionIn(ledger.requests, step.request);
      return { type: 'credit_request_approval', request, amount: step.amount };
    }
    case 'reject':
      return {
        type: 'credit_request_rejection',
        request: positionIn(ledger.requests, step.request),
      };
    case 'cancel':
      return {
        type: 'credit_request_cancellation',
        request: positionIn(ledger.requests, step.request),
      };
    case 'undo':
      return {
        type: 'allocation_undo',
        allocation: positionIn(ledger.allocations, step.allocation),
      };
    case 'default':
      return { type: 'default_allocation', ...memberOf(step, cast), amount: step.amount };
    case 'seat':
      return { type: 'seat_assignment', ...memberOf(step, cast) };
    case 'unseat':
      return { type: 'seat_revocation', ...memberOf(step, cast) };
    case 'remove':
      return { type: 'member_removal', ...memberOf(step, cast) };
    case 'delete': {
      const organization = cast.pools[step.pool]!;
      const everything = ledger.wallets.get(organization)?.credits ?? 0n;
      const forfeit = step.forfeit === 'all' ? everything : step.forfeit;
      return { type: 'organization_deletion', organization, forfeit, confirmed: step.confirmed };
    }
  }
}

/** Perhaps for a wallet, perhaps on behalf of an organization, that does not exist. */
export const chargeOf = ({ who, amount, behalf, source }: ChargeStep, cast: Cast): Charge => ({
  wallet: ownerAt(cast, who),
  product: source === 'other product' ? OTHER_PRODUCT : 'model',
  caller: source === 'other key' ? cast.key.caller : 'key_model',
  amount,
  quantity: quantityOf(amount),
  onBehalfOf: behalf === null ? null : (cast.pools[behalf] ?? 'org:nowhere'),
});

/**
 * Charges under keys of their own, or under those of earlier ones; `earlier` grows by the former.
 * A clash asks for something else under an earlier key.
 */
export const chargesOf = (
  items: readonly ChargeStep[],
  cast: Cast,
  earlier: KeyedCharge[],
  newKey: () => string,
): KeyedCharge[] =>
  items.map((item) => {
    const asked = chargeOf(item, cast);
    const before = item.again ? pick(earlier, item.again.charge) : undefined;
    if (before) return item.again?.clash ? { ...before, asked, hash: newKey() } : before;
    const charge = { key: newKey(), hash: newKey(), asked };
    earlier.push(charge);
    return charge;
  });

/** What a budget counts, by the model's names. */
export const budgetOf = (
  { source, budget, who, member, beginsIn, ...terms }: StepOf<'budget'>,
  cast: Cast,
  now: number,
): BudgetTerms => ({
  id: cast.budgets[budget]!,
  wallet: ownerAt(cast, who),
  member: member === null ? null : cast.users[member]!,
  product: source === 'other product' ? OTHER_PRODUCT : null,
  key: source === 'other key' ? cast.key.caller : null,
  limit: terms.limit,
  period: terms.period,
  alertAt: terms.alertAt,
  enforced: terms.enforced,
  activeFrom: beginsIn === null ? now : Math.floor(now / HOUR + beginsIn) * HOUR,
});

export const memberOf = ({ pool, who }: { pool: number; who: number }, cast: Cast): Member => ({
  organization: cast.pools[pool]!,
  member: cast.users[who]!,
});

const ownerAt = (cast: Cast, index: number): string => cast.owners[index]!;

/** Counts from the newest. */
const positionIn = (list: readonly unknown[], index: number | null): number | null =>
  list.length === 0 || index === null ? null : list.length - 1 - (index % list.length);

export const pick = <Item>(list: readonly Item[], index: number | null): Item | undefined =>
  list[positionIn(list, index) ?? -1];

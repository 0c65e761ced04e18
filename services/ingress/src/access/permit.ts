import { readMembership, type Database } from '@bursar/ledger/reads';
import { notFound, problem, type Problem } from '../problems/problem.ts';
import type { Bound, Caller } from './caller.ts';
import { ACTIONS_IN_WORDS } from './actions-in-words.ts';
import { decide, RIGHTS, type Action, type Relation, type Right } from './rights.ts';

/**
 * Checks an action on a wallet's owner or an organization (`user:…` or `org:…`), reading the
 * membership it needs.
 *
 * @returns `null` when allowed, else the refusal: 403, or 404 where the caller may not know more.
 */
export async function permit(
  db: Database,
  caller: Caller,
  action: Action,
  owner: string,
): Promise<Problem | null> {
  const relation = await relationTo(db, caller, owner);
  return refusal(caller, action, relation);
}

/** As `permit`, for what concerns no particular wallet or organization. */
export const permitAnywhere = (caller: Caller, action: Action): Problem | null =>
  refusal(caller, action, 'stranger');

/** As `permit`, for what looks at each wallet by itself later, or at what the key itself has made. */
export const permitScope = (caller: Caller, action: Action): Problem | null =>
  refusal(caller, action, caller.kind === 'product' ? 'member' : 'stranger');

/**
 * How the caller stands to a wallet's owner. A key that is bound to an organization is a `member` of
 * what it reaches; all other keys have no relations and are `stranger` to all.
 */
export async function relationTo(db: Database, caller: Caller, owner: string): Promise<Relation> {
  if (caller.kind === 'product' && caller.bound !== undefined) {
    return (await reaches(db, caller.bound, owner)) ? 'member' : 'stranger';
  }
  if (caller.kind !== 'person') return 'stranger';
  if (owner.startsWith('user:')) return owner === `user:${caller.id}` ? 'self' : 'stranger';
  const membership = await readMembership(db, owner.slice('org:'.length), caller.id);
  if (membership === null || membership.status === 'removed') return 'stranger';
  return membership.status === 'suspended' ? 'member' : membership.role;
}

/** The problem of a verdict, `null` when allowed. */
export function refusal(caller: Caller, action: Action, relation: Relation): Problem | null {
  const verdict = decide(caller, action, relation);
  if (verdict === 'allowed') return null;
  return verdict === 'hidden' ? notFound('such thing') : forbidden(caller, action);
}

function forbidden(caller: Caller, action: Action): Problem {
  const { scope, people }: Right = RIGHTS[action];
  if (caller.kind === 'product') {
    const remedy = scope === null ? 'an operator key' : `a key with the scope ${scope}`;
    return problem(
      'forbidden',
      `This product key may not ${ACTIONS_IN_WORDS[action]}; nothing was changed. Use ${remedy}.`,
    );
  }
  return problem(
    'forbidden',
    `This person may not ${ACTIONS_IN_WORDS[action]}; nothing was changed. Ask ${whoMay(people)}.`,
  );
}

/** Whom to ask: an owner is no help with what is for operators alone. */
function whoMay(people: readonly Relation[]): string {
  if (people.includes('admin')) return 'an owner, an administrator or an operator';
  return people.includes('owner') ? 'an owner or an operator' : 'an operator';
}

async function reaches(
  db: Database,
  { organization, members }: Bound,
  owner: string,
): Promise<boolean> {
  if (owner.startsWith('org:')) return owner === `org:${organization}`;
  if (!members) return false;
  const membership = await readMembership(db, organization, owner.slice('user:'.length));
  return membership !== null && membership.status !== 'removed';
}

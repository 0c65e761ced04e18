import { readOrganization } from '@bursar/ledger/reads';
import { actorOf, type Caller } from '../access/caller.ts';
import { identify } from '../operations/identify.ts';
import { derivedKey } from '../operations/idempotency-key.ts';
import { requestHash } from '../operations/request-hash.ts';
import { accept } from '../operations/submit.ts';
import { WELCOME_CALLER } from '../operations/welcome-caller.ts';
import { isProblem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/**
 * Asks for the default allocation of a new member. Its key depends on organization and member only,
 * so asking again, by whomever, has no second effect. It stays pending while the pool cannot pay.
 *
 * @returns the operation's id; `null` when the organization gives nothing.
 */
export async function welcomeMember(
  services: Services,
  caller: Caller,
  member: { organization: string; user: string },
): Promise<string | null> {
  const { organization, user } = member;
  const amount = (await readOrganization(services.db, organization))?.defaultAllocation ?? null;
  if (amount === null) return null;
  const identity = identify(services.secrets, 'default_allocation', {
    caller: WELCOME_CALLER,
    actor: actorOf(caller),
    idempotencyKey: derivedKey(`welcome ${organization} ${user}`),
    // Without the amount: when it changes between two askings, they are still the same one.
    hash: requestHash({ method: 'PUT', route: 'welcome', params: member, body: {} }),
  });
  const accepted = await accept(services, identity, () => ({
    kind: 'command',
    command: {
      type: 'default_allocation',
      organization: `org:${organization}`,
      member: `user:${user}`,
      amount: amount.toString(),
    },
  }));
  if (isProblem(accepted)) throw new Error(`A default allocation was refused: ${accepted.detail}`);
  return identity.id;
}

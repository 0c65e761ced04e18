import { ORGANIZATION_ROLES } from '@bursar/contracts';
import { readMembership } from '@bursar/ledger/reads';
import { z } from 'zod';
import { TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

export const MembershipSchema = z
  .object({
    organization: z.string(),
    user: z.string(),
    role: z.enum(ORGANIZATION_ROLES),
    status: z.enum(['active', 'suspended', 'removed']),
    joined_at: TimeSchema,
  })
  .meta({ id: 'Membership' });

/** A membership as the API shows it. Ids are bare; it has to exist. */
export async function showMembership(
  services: Pick<Services, 'db'>,
  { org, user }: { org: string; user: string },
): Promise<z.infer<typeof MembershipSchema>> {
  const membership = await readMembership(services.db, org, user);
  if (membership === null) throw new Error(`The membership of ${user} in ${org} is gone.`);
  return {
    organization: `org:${org}`,
    user: `user:${user}`,
    role: membership.role,
    status: membership.status,
    joined_at: membership.joinedAt.toISOString(),
  };
}

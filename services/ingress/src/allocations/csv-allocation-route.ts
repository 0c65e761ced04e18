import { Amount, LocalId, LOT_KINDS, text } from '@bursar/contracts';
import { readMembershipsOf } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { parseRecipients, type CsvRecipient, type LineFault } from './parse-recipients.ts';
import { sendRecipients } from './recipient-list.ts';

/** Room for a hundred thousand lines. */
const CSV_BYTES_MAX = 8 * 1024 * 1024;
const FAULTS_SHOWN = 1_000;

const CsvQuery = z.strictObject({
  amount_per_recipient: Amount.optional(),
  kind: z.enum(LOT_KINDS).optional(),
  reason: text(500).optional(),
  preview: z
    .enum(['true', 'false'])
    .transform((told) => told === 'true')
    .optional(),
});

export const csvAllocationRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/organizations/{org}/allocations/csv',
    operationId: 'createAllocationFromList',
    tag: 'Sharing',
    summary: 'Give to the members that a CSV file lists, or to none',
    description:
      'A header `user` or `user,amount`, then a line for each recipient, 100,000 lines and 8 MiB at most. Every fault is listed with its line, and nothing is accepted unless all lines are right.',
    type: 'allocation',
    params: z.strictObject({ org: LocalId }),
    query: CsvQuery,
    body: z.string(),
    textBody: 'text/csv',
    bodyBytesMax: CSV_BYTES_MAX,
    previews: true,
    example: 'user,amount\nana,200\nben,50.5\n',
    problems: ['insufficient_credits', 'lot_kind_unavailable', 'cap_exceeded', 'payload_too_large'],
    authorize: ({ caller, params }) =>
      permit(services.db, caller, 'create_allocation', `org:${params.org}`),
    work: async ({ params, query, body }) => {
      const perRecipient = query.amount_per_recipient;
      const parsed = await parseRecipients(body, perRecipient === undefined);
      if (!parsed.ok) return listed(parsed.faults);
      const strangers = await faultsOfMembers(services, params.org, parsed.recipients);
      if (strangers.length > 0) return listed(strangers);
      const recipients =
        perRecipient === undefined
          ? parsed.recipients.map(({ user, amount }) => ({ user, amount: amount ?? 0n }))
          : parsed.recipients.map(({ user }) => user);
      const purpose = query.preview === true ? 'preview' : 'command';
      const sent = await sendRecipients(services, recipients, purpose);
      return {
        kind: 'command',
        keptUntil: sent.keptUntil,
        command: {
          type: 'allocation',
          from: `org:${params.org}`,
          recipients: sent.recipients,
          amount_per_recipient: perRecipient?.toString(),
          kind: query.kind,
          reason: query.reason,
        },
      };
    },
  });

/** The ledger has the last word when it applies the list; this tells the line. */
async function faultsOfMembers(
  services: Services,
  org: string,
  recipients: readonly CsvRecipient[],
): Promise<LineFault[]> {
  const members = await readMembershipsOf(
    services.db,
    org,
    recipients.map(({ user }) => bare(user)),
  );
  return recipients.flatMap(({ line, user }) => {
    const status = members.get(bare(user)) ?? 'removed';
    if (status === 'active') return [];
    return [
      { line, message: status === 'suspended' ? `${user} is suspended` : `${user} is no member` },
    ];
  });
}

const bare = (user: string): string => user.slice('user:'.length);

function listed(faults: readonly LineFault[]): Problem {
  const [first] = faults;
  const count = faults.length === 1 ? 'One fault' : `${faults.length} faults`;
  return problem(
    'invalid_request',
    `${count} in the list, the first in line ${first?.line}: ${first?.message}. Nothing was accepted and no credits moved; mend what errors[] lists and send the file again.`,
    {
      errors: faults
        .slice(0, FAULTS_SHOWN)
        .map(({ line, message }) => ({ parameter: `line ${line}`, message })),
    },
  );
}

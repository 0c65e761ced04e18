import { EmptyBody, LocalId } from '@bursar/contracts';
import { listSeats, readMembership, readSeat, type SeatView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { amountText } from '../allocations/recipient-list.ts';
import { route, type Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { CreditsSchema, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const SeatParams = z.strictObject({ org: LocalId, user: LocalId });
const SEATS = '/v1/organizations/{org}/seats';

const SeatSchema = z
  .object({
    user: z.string(),
    name: z.string().nullable(),
    assigned_at: TimeSchema,
    delayed: CreditsSchema.nullable().meta({
      description: 'What the seat brings and the pool could not pay yet',
    }),
  })
  .meta({ id: 'Seat' });

export const seatRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: SEATS,
    operationId: 'listSeats',
    tag: 'Sharing',
    summary: 'List the seats that are assigned, the newest first',
    params: z.strictObject({ org: LocalId }),
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(SeatSchema) } },
    handle: async ({ caller, params, query }) =>
      (await permit(services.db, caller, 'read_members', `org:${params.org}`)) ??
      listAnswer(
        services.secrets.cursor,
        { route: SEATS, filters: params },
        query,
        (page) => listSeats(services.db, params.org, page),
        renderSeat,
      ),
  }),
  commandRoute(services, {
    method: 'put',
    path: `${SEATS}/{user}`,
    operationId: 'assignSeat',
    tag: 'Sharing',
    summary: 'Assign a seat to a member, with the credits that a seat brings',
    description:
      'The credits come once per membership and calendar month (UTC), however often the seat changes hands meanwhile. While the pool cannot pay them in full the seat is assigned and the operation stays pending.',
    type: 'seat_assignment',
    params: SeatParams,
    body: EmptyBody,
    example: {},
    problems: ['not_a_member', 'member_suspended'],
    authorize: ({ caller, params }) =>
      permit(services.db, caller, 'manage_members', `org:${params.org}`),
    work: ({ params }) => ({
      kind: 'command',
      command: { type: 'seat_assignment', ...partiesOf(params) },
    }),
    deriveKey: async ({ params: { org, user } }) => {
      const [seat, membership] = await Promise.all([
        readSeat(services.db, org, user),
        readMembership(services.db, org, user),
      ]);
      const number = (seat?.assignments ?? 0) + (seat?.status === 'assigned' ? 0 : 1);
      // A refusal must not outlive its reason, so how the person stands is part of the key.
      const stay = `${membership?.joinedAt.toISOString() ?? 'never'} ${membership?.status ?? 'none'}`;
      return `seat ${org} ${user} ${number} ${stay}`;
    },
  }),
  commandRoute(services, {
    method: 'delete',
    path: `${SEATS}/{user}`,
    operationId: 'revokeSeat',
    tag: 'Sharing',
    summary: 'Revoke a seat; the credits that it brought stay',
    type: 'seat_revocation',
    params: SeatParams,
    body: EmptyBody,
    example: {},
    problems: ['seat_not_assigned'],
    authorize: ({ caller, params }) =>
      permit(services.db, caller, 'manage_members', `org:${params.org}`),
    work: ({ params }) => ({
      kind: 'command',
      command: { type: 'seat_revocation', ...partiesOf(params) },
    }),
    deriveKey: async ({ params: { org, user } }) => {
      const seat = await readSeat(services.db, org, user);
      return `seat revocation ${org} ${user} ${seat?.assignments ?? 0}`;
    },
  }),
];

const partiesOf = ({ org, user }: { org: string; user: string }) => ({
  organization: `org:${org}`,
  member: `user:${user}`,
});

const renderSeat = (view: SeatView): z.infer<typeof SeatSchema> => ({
  user: `user:${view.user}`,
  name: view.name,
  assigned_at: view.assignedAt.toISOString(),
  delayed: amountText(view.delayed),
});

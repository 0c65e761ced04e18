import { LocalId, RuleBody, type LedgerCommandOf } from '@bursar/contracts';
import { listRules, readOrganization, type RuleView } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import type { Route } from '../http/route.ts';
import { commandRoute } from '../operations/command-route.ts';
import { notFound } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const PERIODS_MAX = 12;
const PERIODS = 3;

const SimulationBody = z
  .strictObject({
    rule: RuleBody.optional(),
    periods: z.int().min(1).max(PERIODS_MAX).optional(),
  })
  .meta({ id: 'SimulationBody' });

type Simulated = LedgerCommandOf<'rule_simulation'>['rule'];

/** However many members there are: a worker reads some of them at a time, and says how far it is. */
export const simulationRoute = (services: Services): Route =>
  commandRoute(services, {
    method: 'post',
    path: '/v1/organizations/{org}/rules/{rule}/simulate',
    operationId: 'simulateRule',
    tag: 'Sharing',
    summary: 'Replay a rule over the last periods, before it is switched on; nothing moves',
    description:
      'An operation, because it reads the history of every member: `progress` says how far it is, and `Prefer: wait=N` waits for it. Its result is `simulation {kind, periods: [{period, outcome, members, amount}]}`, one line per period: from balances as they were when it began, the rule would have moved so much (`move`), waited for a pool that could not pay (`wait`), or refused so much (`refuse`).',
    type: 'rule_simulation',
    params: z.strictObject({ org: LocalId, rule: LocalId }),
    body: SimulationBody,
    example: { rule: { kind: 'refill', amount: '300', every: 'month' }, periods: 3 },
    authorize: ({ caller, params }) =>
      permit(services.db, caller, 'manage_organization', `org:${params.org}`),
    work: async ({ params: { org, rule: id }, body }) => {
      if ((await readOrganization(services.db, org)) === null) return notFound('organization');
      const [stored] = body.rule === undefined ? await listRules(services.db, org, id) : [];
      const rule = body.rule === undefined ? stored && ofView(stored) : ofBody(body.rule);
      if (rule === undefined) return notFound('rule');
      const periods = body.periods ?? PERIODS;
      return {
        kind: 'command',
        command: { type: 'rule_simulation', organization: `org:${org}`, rule, periods },
      };
    },
  });

function ofBody(body: z.output<typeof RuleBody>): Simulated {
  const { every } = body;
  switch (body.kind) {
    case 'refill':
      return { kind: 'refill', every, amount: body.amount.toString() };
    case 'cap':
      return { kind: 'cap', every, share_percent: body.share_percent };
    case 'sweep':
      return { kind: 'sweep', every, idle_days: body.idle_days };
  }
}

function ofView({ kind, every, amount, sharePercent, idleDays }: RuleView): Simulated | undefined {
  if (kind === 'refill') return amount === null ? undefined : { kind, every, amount: `${amount}` };
  if (kind === 'cap') {
    return sharePercent === null ? undefined : { kind, every, share_percent: sharePercent };
  }
  return idleDays === null ? undefined : { kind, every, idle_days: idleDays };
}

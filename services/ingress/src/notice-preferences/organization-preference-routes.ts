import {
  isNoticeKind,
  LocalId,
  NOTICE_KINDS,
  OrganizationPreferencesBody,
} from '@bursar/contracts';
import { muteWebhooks, readMutedWebhooks } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const PreferencesSchema = z
  .object({
    preferences: z.array(
      z.object({
        kind: z.string(),
        webhook: z.boolean(),
        fixed: z.boolean().meta({ description: 'Cannot be switched off' }),
        default: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'OrganizationNotificationPreferences' });

const PATH = '/v1/organizations/{org}/notification-preferences';
const OrganizationParams = z.strictObject({ org: LocalId });
const answers = { 200: { description: 'All preferences', schema: PreferencesSchema } };

/** What the endpoints of an organization hear of; mail and the app are up to each of its people. */
export const organizationPreferenceRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'getOrganizationNotificationPreferences',
    tag: 'Directory',
    summary: 'Show what the webhooks of an organization are told',
    params: OrganizationParams,
    answers,
    handle: async ({ caller, params: { org } }) =>
      (await permit(services.db, caller, 'manage_webhooks', `org:${org}`)) ?? show(services, org),
  }),
  route({
    method: 'put',
    path: PATH,
    operationId: 'putOrganizationNotificationPreferences',
    tag: 'Directory',
    summary: 'Change what the webhooks of an organization are told; what is not named stays',
    description:
      'Each endpoint hears what is on here and among its own `event_types`. Receipts and notices about access cannot be switched off.',
    params: OrganizationParams,
    body: OrganizationPreferencesBody,
    example: { preferences: [{ kind: 'credits-received', webhook: false }] },
    answers,
    handle: async ({ caller, params: { org }, body: { preferences } }) => {
      const refusal = await permit(services.db, caller, 'manage_webhooks', `org:${org}`);
      if (refusal !== null) return refusal;
      const fixed = preferences.findIndex(
        ({ kind, webhook }) => !webhook && NOTICE_KINDS[kind].webhook === 'always',
      );
      if (fixed >= 0) {
        const pointer = `/preferences/${fixed}/webhook`;
        const message = 'cannot be switched off';
        const detail = `${pointer} ${message}. Leave it out; nothing was changed.`;
        return problem('invalid_request', detail, { errors: [{ pointer, message }] });
      }
      const changes = preferences.map(({ kind, webhook }) => ({ kind, muted: !webhook }));
      const found = await muteWebhooks(services.db, `org:${org}`, changes);
      return found ? show(services, org) : notFound('organization');
    },
  }),
];

async function show({ db }: Services, org: string): Promise<Answer> {
  const muted = new Set(await readMutedWebhooks(db, `org:${org}`));
  const kinds = Object.keys(NOTICE_KINDS).filter(isNoticeKind);
  return ok({
    preferences: kinds.map((kind) => ({
      kind,
      webhook: !muted.has(kind),
      fixed: NOTICE_KINDS[kind].webhook === 'always',
      default: true,
    })),
  });
}

import {
  isNoticeKind,
  LocalId,
  NOTICE_CHANNELS,
  NOTICE_KINDS,
  NoticePreferencesBody,
} from '@bursar/contracts';
import { muteNotices, readMutedNotices, readUser } from '@bursar/ledger/reads';
import { z } from 'zod';
import { permit } from '../access/permit.ts';
import { ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { notFound, problem, type FieldError } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

const PreferencesSchema = z
  .object({
    preferences: z.array(
      z.object({
        kind: z.string(),
        mail: z.boolean(),
        in_app: z.boolean(),
        webhook: z.boolean().meta({
          description: 'Whether the endpoints of this person hear of it, if they chose its type',
        }),
        fixed: z
          .array(z.enum(NOTICE_CHANNELS))
          .meta({ description: 'Channels that cannot be changed, such as the mail of receipts' }),
        defaults: z
          .object({ mail: z.boolean(), in_app: z.boolean(), webhook: z.boolean() })
          .meta({ description: 'What holds for who has chosen nothing' }),
      }),
    ),
  })
  .meta({ id: 'NotificationPreferences' });

const PATH = '/v1/users/{id}/notification-preferences';
const UserParams = z.strictObject({ id: LocalId });
const answers = { 200: { description: 'All preferences', schema: PreferencesSchema } };

export const noticePreferenceRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: PATH,
    operationId: 'getNotificationPreferences',
    tag: 'Directory',
    summary: 'Show what a person is told, and how',
    params: UserParams,
    answers,
    handle: async ({ caller, params: { id } }) =>
      (await permit(services.db, caller, 'write_user', `user:${id}`)) ?? show(services, id),
  }),
  route({
    method: 'put',
    path: PATH,
    operationId: 'putNotificationPreferences',
    tag: 'Directory',
    summary: 'Change what a person is told, and how; what is not named stays',
    description:
      'Receipts and notices about access cannot be switched off. `webhook` is about endpoints of this person; they hear what is on here and among their own `event_types`.',
    params: UserParams,
    body: NoticePreferencesBody,
    example: { preferences: [{ kind: 'balance-low', mail: false }] },
    answers,
    handle: async ({ caller, params: { id }, body: { preferences } }) => {
      const refusal = await permit(services.db, caller, 'write_user', `user:${id}`);
      if (refusal !== null) return refusal;
      const errors = faultsOf(preferences);
      if (errors.length > 0) {
        const detail = `${errors[0]?.pointer} ${errors[0]?.message}. Leave it out; nothing was changed.`;
        return problem('invalid_request', detail, { errors });
      }
      const changes = preferences.flatMap(({ kind, ...wanted }) =>
        NOTICE_CHANNELS.flatMap((channel) => {
          const value = wanted[channel];
          return value === undefined || NOTICE_KINDS[kind][channel] !== 'optional'
            ? []
            : [{ kind, channel, muted: !value }];
        }),
      );
      const found = await muteNotices(services.db, id, changes);
      return found ? show(services, id) : notFound('person');
    },
  }),
];

/** What would switch off what must be told, or on what is never told that way. */
const faultsOf = (
  preferences: z.output<typeof NoticePreferencesBody>['preferences'],
): FieldError[] =>
  preferences.flatMap(({ kind, ...wanted }, index) =>
    NOTICE_CHANNELS.flatMap((channel) => {
      const rule = NOTICE_KINDS[kind][channel];
      const isFault =
        (rule === 'always' && wanted[channel] === false) ||
        (rule === 'never' && wanted[channel] === true);
      const message = `cannot be switched ${rule === 'always' ? 'off' : 'on'}`;
      return isFault ? [{ pointer: `/preferences/${index}/${channel}`, message }] : [];
    }),
  );

async function show({ db }: Services, user: string): Promise<Answer> {
  if ((await readUser(db, user)) === null) return notFound('person');
  const muted = new Set(
    (await readMutedNotices(db, user)).map(({ kind, channel }) => `${kind} ${channel}`),
  );
  const kinds = Object.keys(NOTICE_KINDS).filter(isNoticeKind);
  return ok({
    preferences: kinds.map((kind) => {
      const rules = NOTICE_KINDS[kind];
      const isOffered = (channel: (typeof NOTICE_CHANNELS)[number]) => rules[channel] !== 'never';
      const isOn = (channel: (typeof NOTICE_CHANNELS)[number]) =>
        isOffered(channel) && !muted.has(`${kind} ${channel}`);
      const fixed = NOTICE_CHANNELS.filter((channel) => rules[channel] !== 'optional');
      return {
        kind,
        mail: isOn('mail'),
        in_app: isOn('in_app'),
        webhook: isOn('webhook'),
        fixed,
        defaults: {
          mail: isOffered('mail'),
          in_app: isOffered('in_app'),
          webhook: isOffered('webhook'),
        },
      };
    }),
  });
}

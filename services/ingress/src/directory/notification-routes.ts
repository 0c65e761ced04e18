import { NotificationsReadBody, toPublicId } from '@bursar/contracts';
import {
  listNotifications,
  markNotificationsRead,
  type NotificationView,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { ok } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { timeText, TimeSchema } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';

const NotificationSchema = z
  .object({
    id: z.string(),
    kind: z.string(),
    data: z.record(z.string(), z.unknown()),
    created_at: TimeSchema,
    read_at: TimeSchema.nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationRoutes = (services: Services): Route[] => [
  route({
    method: 'get',
    path: '/v1/notifications',
    operationId: 'listNotifications',
    tag: 'Directory',
    summary: 'List the notices of the person who asks, newest first',
    query: z.strictObject(PAGE_PARAMETERS),
    answers: { 200: { description: 'One page', schema: listSchema(NotificationSchema) } },
    handle: ({ caller, query }) =>
      caller.kind === 'person'
        ? listAnswer(
            services.secrets.cursor,
            { route: '/v1/notifications', filters: { user: caller.id } },
            query,
            (page) => listNotifications(services.db, caller.id, page),
            renderNotification,
          )
        : nobodysNotices(),
  }),
  route({
    method: 'post',
    path: '/v1/notifications/read',
    operationId: 'markNotificationsRead',
    tag: 'Directory',
    summary: 'Mark notices of the person who asks as read: those named, or all',
    body: NotificationsReadBody,
    example: {},
    answers: {
      200: {
        description: 'How many of them were unread',
        schema: z.object({ marked: z.int() }).meta({ id: 'NotificationsRead' }),
      },
    },
    handle: async ({ caller, body: { ids } }) =>
      caller.kind === 'person'
        ? ok({ marked: await markNotificationsRead(services.db, { user: caller.id, ids }) })
        : nobodysNotices(),
  }),
];

const nobodysNotices = (): Problem =>
  problem(
    'forbidden',
    'Notices belong to a person. Add Bursar-Act-As: user:<id> to an operator key.',
  );

const renderNotification = (view: NotificationView): z.infer<typeof NotificationSchema> => ({
  id: toPublicId('ntf', view.id),
  kind: view.kind,
  data: view.data,
  created_at: view.createdAt.toISOString(),
  read_at: timeText(view.readAt),
});

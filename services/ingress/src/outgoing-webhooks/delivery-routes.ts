import { EmptyBody, WebhookReplayBody } from '@bursar/contracts';
import {
  listWebhookDeliveries,
  readWebhookDelivery,
  replayWebhookDelivery,
  replayWebhookRange,
  testWebhook,
} from '@bursar/ledger/reads';
import { z } from 'zod';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { findWebhook } from './find-webhook.ts';
import { DeliverySchema, renderDelivery } from './render-webhook.ts';

/** Deliveries of each sort that one call sends again. */
const REPLAY_MAX = 1_000;

const DELIVERIES = '/v1/webhooks/{id}/deliveries';
const WebhookParams = z.strictObject({ id: publicIdParam('whk') });
const DeliveryParams = WebhookParams.extend({ delivery: publicIdParam('whd') });

export const deliveryRoutes = (services: Services): Route[] => [
  testRoute(services),
  listRoute(services),
  showRoute(services),
  replayOneRoute(services),
  replayRangeRoute(services),
];

const testRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: '/v1/webhooks/{id}/test',
    operationId: 'testWebhook',
    tag: 'Webhooks',
    summary: 'Send a message of the type webhook.test',
    params: WebhookParams,
    body: EmptyBody,
    example: {},
    problems: ['webhook_disabled'],
    answers: { 201: { description: 'The delivery, on its way', schema: DeliverySchema } },
    handle: async ({ caller, params: { id } }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      const delivery = await testWebhook(services.db, id);
      if (delivery === null) return disabled();
      const answer = await show(services, id, delivery);
      return answer.kind === 'json' ? created(answer.body) : answer;
    },
  });

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: DELIVERIES,
    operationId: 'listWebhookDeliveries',
    tag: 'Webhooks',
    summary: 'List what was sent to a webhook with every attempt, newest first; kept for 30 days',
    params: WebhookParams,
    query: z.strictObject({ status: DeliverySchema.shape.status.optional(), ...PAGE_PARAMETERS }),
    answers: { 200: { description: 'One page', schema: listSchema(DeliverySchema) } },
    handle: async ({ caller, params: { id }, query: { status, ...page } }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      return listAnswer(
        services.secrets.cursor,
        { route: DELIVERIES, filters: { id, status } },
        page,
        (at) => listWebhookDeliveries(services.db, id, { status }, at),
        renderDelivery,
      );
    },
  });

const showRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: `${DELIVERIES}/{delivery}`,
    operationId: 'getWebhookDelivery',
    tag: 'Webhooks',
    summary: 'Show one delivery',
    params: DeliveryParams,
    answers: { 200: { description: 'The delivery', schema: DeliverySchema } },
    handle: async ({ caller, params: { id, delivery } }) => {
      const found = await findWebhook(services, caller, id);
      return isProblem(found) ? found : show(services, id, delivery);
    },
  });

const replayOneRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: `${DELIVERIES}/{delivery}/replay`,
    operationId: 'replayWebhookDelivery',
    tag: 'Webhooks',
    summary: 'Send one delivery again at once, under the same webhook-id',
    params: DeliveryParams,
    body: EmptyBody,
    example: {},
    problems: ['webhook_disabled'],
    answers: { 200: { description: 'The delivery', schema: DeliverySchema } },
    handle: async ({ caller, params: { id, delivery } }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      if (found.webhook.status !== 'enabled') return disabled();
      await replayWebhookDelivery(services.db, id, delivery);
      return show(services, id, delivery);
    },
  });

const replayRangeRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: '/v1/webhooks/{id}/replay',
    operationId: 'replayWebhook',
    tag: 'Webhooks',
    summary: 'Send again what failed between two moments, and what happened while it was disabled',
    description: `At most ${REPLAY_MAX} of each; repeat while either number is that.`,
    params: WebhookParams,
    body: WebhookReplayBody,
    example: { from: '2026-11-20T00:00:00Z', to: '2026-11-21T00:00:00Z' },
    problems: ['webhook_disabled'],
    answers: {
      200: {
        description: 'How many are on their way',
        schema: z.object({ resent: z.int(), recovered: z.int() }).meta({ id: 'WebhookReplay' }),
      },
    },
    handle: async ({ caller, params: { id }, body }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      if (found.webhook.status !== 'enabled') return disabled();
      const range = { from: new Date(body.from), to: new Date(body.to) };
      const delivered = body.delivered ?? false;
      const limits = { endpoint: id, delivered, limit: REPLAY_MAX };
      return ok(await replayWebhookRange(services.db, { ...range, ...limits }));
    },
  });

async function show({ db }: Services, webhook: string, id: string): Promise<Answer> {
  const delivery = await readWebhookDelivery(db, webhook, id);
  return delivery === null ? notFound('delivery') : ok(renderDelivery(delivery));
}

const disabled = (): Problem =>
  problem(
    'webhook_disabled',
    'The webhook is disabled, so nothing is sent. Enable it with PATCH first.',
  );

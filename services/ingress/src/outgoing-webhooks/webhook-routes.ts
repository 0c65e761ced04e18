import { EmptyBody, Owner, WebhookBody, WebhookChanges } from '@bursar/contracts';
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  readWebhook,
  rotateWebhookSecret,
  updateWebhook,
} from '@bursar/ledger/reads';
import {
  checkWebhookUrl,
  makeWebhookSecret,
  sealWebhookSecret,
} from '@bursar/notices/webhook-endpoints';
import { z } from 'zod';
import type { Caller } from '../access/caller.ts';
import { created, ok, type Answer } from '../http/answer.ts';
import { route, type Route } from '../http/route.ts';
import { isProblem, notFound, problem, type Problem } from '../problems/problem.ts';
import { listAnswer, listSchema, PAGE_PARAMETERS } from '../reads/list-answer.ts';
import { publicIdParam } from '../reads/wire-values.ts';
import type { Services } from '../service/services.ts';
import { findWebhook, mayManage } from './find-webhook.ts';
import { NewWebhookSchema, renderWebhook, WebhookSchema } from './render-webhook.ts';

/** Both secrets sign this long after a rotation. */
const ROTATION_OVERLAP_MS = 24 * 60 * 60 * 1_000;
const WEBHOOKS_PER_OWNER_MAX = 20;

const WEBHOOKS = '/v1/webhooks';
const WEBHOOK = '/v1/webhooks/{id}';
const WebhookParams = z.strictObject({ id: publicIdParam('whk') });

export const webhookRoutes = (services: Services): Route[] => [
  createRoute(services),
  listRoute(services),
  showRoute(services),
  updateRoute(services),
  rotateRoute(services),
  deleteRoute(services),
];

const createRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: WEBHOOKS,
    operationId: 'createWebhook',
    tag: 'Webhooks',
    summary: 'Have events sent to an address; the signing secret is shown once',
    description:
      'Messages follow Standard Webhooks 1.0.0: the body is `{type, timestamp, data}`, the headers `webhook-id`, `webhook-timestamp` and `webhook-signature`. Anything but 2xx is tried again ten times over three days; 410 disables at once.',
    body: WebhookBody,
    example: { owner: 'org:acme', url: 'https://example.com/bursar', event_types: ['balance.*'] },
    problems: ['wallet_not_found', 'webhook_limit_reached'],
    answers: { 201: { description: 'The webhook and its secret', schema: NewWebhookSchema } },
    handle: async ({ caller, body }) => {
      const owner = ownerFor(caller, body.owner);
      const refusal = (await mayManage(services.db, caller, owner)) ?? checkUrl(services, body.url);
      if (refusal !== null) return refusal;
      const secret = makeWebhookSecret();
      const outcome = await createWebhook(services.db, {
        owner,
        url: body.url,
        description: body.description ?? null,
        eventTypes: body.event_types ?? ['*'],
        secret: sealWebhookSecret(services.secrets.webhooks, secret),
        most: WEBHOOKS_PER_OWNER_MAX,
      });
      if (!outcome.ok) return creationProblem(outcome.refusal, owner);
      return created(await withSecret(services, outcome.id, secret));
    },
  });

const listRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: WEBHOOKS,
    operationId: 'listWebhooks',
    tag: 'Webhooks',
    summary: 'List webhooks, newest first',
    description: "Without `owner`: a person's own, for an operator those of everybody.",
    query: z.strictObject({ owner: Owner.optional(), ...PAGE_PARAMETERS }),
    answers: { 200: { description: 'One page', schema: listSchema(WebhookSchema) } },
    handle: async ({ caller, query: { owner: asked, ...page } }) => {
      const owner = ownerFor(caller, asked);
      const refusal = await mayManage(services.db, caller, owner);
      if (refusal !== null) return refusal;
      return listAnswer(
        services.secrets.cursor,
        { route: WEBHOOKS, filters: { owner } },
        page,
        (at) => listWebhooks(services.db, owner ?? undefined, at),
        renderWebhook,
      );
    },
  });

const showRoute = (services: Services): Route =>
  route({
    method: 'get',
    path: WEBHOOK,
    operationId: 'getWebhook',
    tag: 'Webhooks',
    summary: 'Show a webhook',
    params: WebhookParams,
    answers: { 200: { description: 'The webhook', schema: WebhookSchema } },
    handle: async ({ caller, params: { id } }) => {
      const found = await findWebhook(services, caller, id);
      return isProblem(found) ? found : ok(renderWebhook(found.webhook));
    },
  });

const updateRoute = (services: Services): Route =>
  route({
    method: 'patch',
    path: WEBHOOK,
    operationId: 'updateWebhook',
    tag: 'Webhooks',
    summary: 'Change a webhook, disable it, or enable it again',
    description:
      'While it is disabled nothing is sent: what waits is sent when it is enabled, what happens meanwhile by a replay.',
    params: WebhookParams,
    body: WebhookChanges,
    example: { enabled: false },
    answers: { 200: { description: 'The webhook', schema: WebhookSchema } },
    handle: async ({ caller, params: { id }, body }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      const fault = body.url === undefined ? null : checkUrl(services, body.url);
      if (fault !== null) return fault;
      await updateWebhook(services.db, id, body);
      return show(services, id);
    },
  });

const rotateRoute = (services: Services): Route =>
  route({
    method: 'post',
    path: `${WEBHOOK}/rotate`,
    operationId: 'rotateWebhookSecret',
    tag: 'Webhooks',
    summary: 'Give a webhook another secret; for 24 hours both sign',
    params: WebhookParams,
    body: EmptyBody,
    example: {},
    answers: { 200: { description: 'The webhook and its new secret', schema: NewWebhookSchema } },
    handle: async ({ caller, params: { id } }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      const secret = makeWebhookSecret();
      const sealed = sealWebhookSecret(services.secrets.webhooks, secret);
      const rotation = { id, secret: sealed, overlapMs: ROTATION_OVERLAP_MS };
      const rotated = await rotateWebhookSecret(services.db, rotation);
      return rotated ? ok(await withSecret(services, id, secret)) : notFound('webhook');
    },
  });

const deleteRoute = (services: Services): Route =>
  route({
    method: 'delete',
    path: WEBHOOK,
    operationId: 'deleteWebhook',
    tag: 'Webhooks',
    summary: 'Delete a webhook; what waits is not sent any more',
    params: WebhookParams,
    answers: { 204: { description: 'The webhook is gone' } },
    handle: async ({ caller, params: { id } }) => {
      const found = await findWebhook(services, caller, id);
      if (isProblem(found)) return found;
      await deleteWebhook(services.db, id);
      return { kind: 'empty' };
    },
  });

/** Who says nothing means themselves; an operator means everybody. */
const ownerFor = (caller: Caller, asked: string | null | undefined): string | null =>
  asked ?? (caller.kind === 'person' ? `user:${caller.id}` : null);

function checkUrl({ webhookAllowLoopback }: Services, url: string): Problem | null {
  const fault = checkWebhookUrl(url, webhookAllowLoopback);
  if (fault === null) return null;
  return problem('invalid_request', `/url must ${fault}. Nothing was changed.`, {
    errors: [{ pointer: '/url', message: `must ${fault}` }],
  });
}

const creationProblem = (
  refusal: 'wallet_not_found' | 'limit_reached',
  owner: string | null,
): Problem =>
  refusal === 'wallet_not_found'
    ? problem('wallet_not_found', `There is no wallet ${owner}. Create its owner first.`)
    : problem(
        'webhook_limit_reached',
        `There are ${WEBHOOKS_PER_OWNER_MAX} webhooks already. Delete one, or let one hear more types.`,
      );

async function show({ db }: Services, id: string): Promise<Answer> {
  const webhook = await readWebhook(db, id);
  return webhook === null ? notFound('webhook') : ok(renderWebhook(webhook));
}

async function withSecret({ db }: Services, id: string, secret: string) {
  const webhook = await readWebhook(db, id);
  if (webhook === null) throw new Error('A webhook was deleted while it was being answered.');
  return { ...renderWebhook(webhook), secret };
}

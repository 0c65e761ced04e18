import type { Database } from '../database/connect.ts';
import { rowsToFetch, toPage, type Page, type PageOf } from './page.ts';

/** An address that events are sent to; its secret is never read back. */
export interface WebhookView {
  id: string;
  /** `user:<id>`, `org:<id>`, or `null` for everybody's events. */
  owner: string | null;
  url: string;
  description: string | null;
  eventTypes: string[];
  status: 'enabled' | 'disabled';
  disabledReason: 'asked' | 'gone' | 'failing' | null;
  failingSince: Date | null;
  /** Until when the secret before the last rotation signs as well. */
  previousSecretUntil: Date | null;
  createdAt: Date;
}

export interface WebhookDeliveryView {
  id: string;
  type: string;
  status: 'pending' | 'delivered' | 'failed';
  attempts: number;
  /** `null` unless it is pending. */
  nextAttemptAt: Date | null;
  createdAt: Date;
  /** What was sent. */
  body: Record<string, unknown>;
  /** The last attempts, the newest first. */
  log: WebhookAttemptView[];
}

export interface WebhookAttemptView {
  number: number;
  startedAt: string;
  latencyMs: number;
  httpStatus: number | null;
  error: string | null;
  response: string | null;
}

/** Attempts shown of one delivery; more than a round has. */
const ATTEMPTS_SHOWN = 20;

/** One page of endpoints, the newest first: of one owner, of everybody (`null`), or all (`undefined`). */
export async function listWebhooks(
  db: Database,
  owner: string | null | undefined,
  page: Page,
): Promise<PageOf<WebhookView>> {
  const found = await db<WebhookView[]>`
    ${selectWebhooks(db)}
    where e.status <> 'deleted'
      ${owner === undefined ? db`` : db`and e.wallet_id is not distinct from (select x.id from bursar.wallets x where x.owner = ${owner})`}
      ${page.before === undefined ? db`` : db`and e.id < ${page.before}::uuid`}
    order by e.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (webhook) => webhook.id);
}

/** One endpoint by its UUID; `null` when there is none, or it was deleted. */
export async function readWebhook(db: Database, id: string): Promise<WebhookView | null> {
  const [webhook] = await db<WebhookView[]>`
    ${selectWebhooks(db)} where e.id = ${id} and e.status <> 'deleted'`;
  return webhook ?? null;
}

/** One page of what was sent, or is to be sent, to an endpoint, the newest first. */
export async function listWebhookDeliveries(
  db: Database,
  endpoint: string,
  filter: { status?: WebhookDeliveryView['status'] | undefined },
  page: Page,
): Promise<PageOf<WebhookDeliveryView>> {
  const found = await db<WebhookDeliveryView[]>`
    ${selectDeliveries(db)}
    where d.endpoint_id = ${endpoint}
      ${filter.status === undefined ? db`` : db`and d.status = ${filter.status}`}
      ${page.before === undefined ? db`` : db`and d.id < ${page.before}::uuid`}
    order by d.id desc
    limit ${rowsToFetch(page)}`;
  return toPage(found, page, (delivery) => delivery.id);
}

/** One delivery of an endpoint; `null` when it has no such delivery. */
export async function readWebhookDelivery(
  db: Database,
  endpoint: string,
  id: string,
): Promise<WebhookDeliveryView | null> {
  const [delivery] = await db<WebhookDeliveryView[]>`
    ${selectDeliveries(db)} where d.id = ${id} and d.endpoint_id = ${endpoint}`;
  return delivery ?? null;
}

const selectWebhooks = (db: Database) => db`
  select
    e.id,
    w.owner,
    e.url,
    e.description,
    e.event_types as "eventTypes",
    e.status,
    e.disabled_reason as "disabledReason",
    e.failing_since as "failingSince",
    case when e.previous_valid_until > clock_timestamp() then e.previous_valid_until end as "previousSecretUntil",
    e.created_at as "createdAt"
  from bursar.webhook_endpoints e
  left join bursar.wallets w on w.id = e.wallet_id`;

const selectDeliveries = (db: Database) => db`
  select
    d.id,
    d.type,
    d.status,
    d.attempts,
    case when d.status = 'pending' then d.next_attempt_at end as "nextAttemptAt",
    d.created_at as "createdAt",
    d.body::jsonb as body,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'number', a.number, 'startedAt', bursar.instant_text(a.started_at), 'latencyMs', a.latency_ms,
        'httpStatus', a.http_status, 'error', a.error, 'response', a.response) order by a.number desc)
      from (
        select x.* from bursar.webhook_attempts x
        where x.delivery_id = d.id order by x.number desc limit ${ATTEMPTS_SHOWN}
      ) a
    ), '[]') as log
  from bursar.webhook_deliveries d`;

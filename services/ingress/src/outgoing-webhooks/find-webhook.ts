import { readWebhook, type WebhookView } from '@bursar/ledger/reads';
import { permit } from '../access/permit.ts';
import type { Caller } from '../access/caller.ts';
import { notFound, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';

/** An endpoint that the caller may manage, else the refusal; what is another's looks like nothing. */
export async function findWebhook(
  { db }: Services,
  caller: Caller,
  id: string,
): Promise<{ kind: 'webhook'; webhook: WebhookView } | Problem> {
  const webhook = await readWebhook(db, id);
  if (webhook === null) return notFound('webhook');
  const refusal = await mayManage(db, caller, webhook.owner);
  return refusal === null ? { kind: 'webhook', webhook } : notFound('webhook');
}

/** Everybody's events are for operators; a wallet's for whoever looks after it. */
export async function mayManage(
  db: Services['db'],
  caller: Caller,
  owner: string | null,
): Promise<Problem | null> {
  if (owner !== null) return permit(db, caller, 'manage_webhooks', owner);
  return caller.kind === 'operator' ? null : notFound('webhook');
}

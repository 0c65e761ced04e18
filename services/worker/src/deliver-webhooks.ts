import { setTimeout as sleep } from 'node:timers/promises';
import { toPublicId } from '@bursar/contracts';
import {
  claimWebhookDeliveries,
  recordWebhookAttempt,
  type WebhookTask,
} from '@bursar/ledger/operations';
import { judgeAttempt, openWebhookSecret, signWebhook, type WebhookAnswer } from '@bursar/notices';
import type { WorkerContext } from './worker-context.ts';

const IDLE_MS = 500;
const AFTER_ERROR_MS = 2_000;
/** Attempts of this process under way at once; they mostly wait for others. */
const UNDER_WAY_MAX = 128;
/** To one endpoint, in all processes together; to one that failed last, so that it cannot hold many. */
const EACH_MAX = 4;
const FAILING_MAX = 1;
/** Longer than any attempt takes, so that nobody else sends what is still on its way. */
const LEASE_MS = 60_000;

/**
 * Sends webhooks that are due until `signal` aborts, and then waits for those under way. Attempts do
 * not wait for each other: a slow endpoint takes its own few places and no more.
 */
export async function deliverWebhooksUntil(
  context: WorkerContext,
  signal: AbortSignal,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  while (!signal.aborted) {
    const free = UNDER_WAY_MAX - underWay.size;
    const { tasks, pauseMs } = await claim(context, free);
    for (const task of tasks) {
      const attempt = deliver(context, task).finally(() => underWay.delete(attempt));
      underWay.add(attempt);
    }
    if (pauseMs > 0) await pause(pauseMs, signal);
  }
  await Promise.all(underWay);
}

async function claim(
  { db, log }: WorkerContext,
  most: number,
): Promise<{ tasks: WebhookTask[]; pauseMs: number }> {
  if (most === 0) return { tasks: [], pauseMs: IDLE_MS };
  try {
    const limits = { most, each: EACH_MAX, failing: FAILING_MAX, leaseMs: LEASE_MS };
    const tasks = await claimWebhookDeliveries(db, limits);
    return { tasks, pauseMs: tasks.length > 0 ? IDLE_MS / 10 : IDLE_MS };
  } catch (error) {
    log.warn({ reason: String(error) }, 'Webhooks could not be claimed; trying again');
    return { tasks: [], pauseMs: AFTER_ERROR_MS };
  }
}

/** One attempt. What cannot be noted is sent again once its lease is over: at least once, not at most. */
async function deliver(context: WorkerContext, task: WebhookTask): Promise<void> {
  const { db, log } = context;
  try {
    const answer = await send(context, task);
    const verdict = judgeAttempt(answer, task.tries, Math.random());
    await recordWebhookAttempt(db, {
      delivery: task.id,
      attempt: task.attempt,
      startedAt: answer.startedAt,
      latencyMs: answer.latencyMs,
      httpStatus: answer.status,
      error: answer.error,
      response: answer.response,
      ...verdict,
    });
    if (verdict.verdict === 'failed' || verdict.verdict === 'gone') {
      const webhook = toPublicId('whk', task.endpoint);
      log.warn({ webhook, status: answer.status }, 'A webhook was given up');
    }
  } catch (error) {
    log.error({ webhook: toPublicId('whk', task.endpoint), reason: String(error) }, 'A webhook');
  }
}

async function send(context: WorkerContext, task: WebhookTask): Promise<WebhookAnswer> {
  const { key, sender } = context.webhooks;
  const stored = task.previousSecret === null ? [task.secret] : [task.secret, task.previousSecret];
  const startedAt = new Date();
  let secrets: string[];
  try {
    secrets = stored.map((secret) => openWebhookSecret(key, secret));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      status: null,
      error: reason,
      response: null,
      retryAfterMs: null,
      startedAt,
      latencyMs: 0,
    };
  }
  const message = { id: toPublicId('whd', task.id), body: task.body };
  return sender.post(task.url, signWebhook(message, secrets, startedAt), task.body);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

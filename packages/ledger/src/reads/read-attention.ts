import { toPublicId } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import { readSettingContradictions } from '../declared-settings/declared-settings.ts';
import {
  countCaseAttention,
  readCaseAttention,
  type CaseAttention,
} from '../reconciliation/read-case-attention.ts';
import {
  countPaymentAttention,
  readPaymentAttention,
  type PaymentAttention,
} from './read-payment-attention.ts';

/** Something that goes on failing until an operator looks at it. */
export type Attention =
  | PaymentAttention
  | CaseAttention
  /** An endpoint for every wallet was given up; what happens meanwhile waits for a replay. */
  | { kind: 'webhook_disabled'; subject: string; since: Date; host: string; reason: string }
  /** Ingress and worker were started with different values of the setting `subject`. */
  | { kind: 'settings_differ'; subject: string; since: Date; ingress: string; worker: string }
  /** A wallet or a hold that cannot expire; it is tried again at `retryAt`. */
  | {
      kind: 'expiry_parked';
      subject: string;
      since: Date;
      error: string;
      failures: number;
      retryAt: Date;
    };

/** Of each kind. */
const SHOWN_MAX = 100;

/** What waits for an operator, the oldest first; a hundred of each kind at most. */
export async function readAttention(db: Database): Promise<Attention[]> {
  const [cases, payments, contradictions, webhooks, expiries] = await Promise.all([
    readCaseAttention(db, SHOWN_MAX),
    readPaymentAttention(db, SHOWN_MAX),
    readSettingContradictions(db),
    db<{ id: string; since: Date; host: string; reason: string }[]>`
      select e.id, coalesce(e.disabled_at, e.updated_at) as since,
        coalesce(substring(e.url from '^[a-z]+://([^/?#]+)'), '') as host, e.disabled_reason as reason
      from bursar.webhook_endpoints e
      where e.wallet_id is null and e.status = 'disabled' and e.disabled_reason <> 'asked'
      order by since limit ${SHOWN_MAX}`,
    db<
      {
        hold: string | null;
        owner: string | null;
        since: Date;
        error: string;
        failures: number;
        retryAt: Date;
      }[]
    >`
      select case p.kind when 'hold' then p.subject end as hold, w.owner, p.first_failed_at as since, p.error,
        p.failures, p.retry_at as "retryAt"
      from bursar.parked_expiries p
      left join bursar.wallets w on p.kind = 'wallet' and w.id::text = p.subject
      order by p.first_failed_at limit ${SHOWN_MAX}`,
  ]);
  const found: Attention[] = [
    ...cases,
    ...payments,
    ...contradictions.map(({ name, ...one }) => ({
      kind: 'settings_differ' as const,
      subject: name,
      ...one,
    })),
    ...webhooks.map(({ id, ...one }) => ({
      kind: 'webhook_disabled' as const,
      subject: toPublicId('whk', id),
      ...one,
    })),
    ...expiries.map(({ hold, owner, ...one }) => ({
      kind: 'expiry_parked' as const,
      subject: hold === null ? (owner ?? '') : toPublicId('hold', hold),
      ...one,
    })),
  ];
  return found.toSorted((a, b) => a.since.getTime() - b.since.getTime());
}

/** How much of each kind waits for an operator. */
export async function countAttention(db: Database): Promise<Record<Attention['kind'], number>> {
  const [row] = await db<[{ webhook_disabled: number; expiry_parked: number }]>`
    select
      (
        select count(*)::integer from bursar.webhook_endpoints e
        where e.wallet_id is null and e.status = 'disabled' and e.disabled_reason <> 'asked'
      ) as webhook_disabled,
      (select count(*)::integer from bursar.parked_expiries) as expiry_parked`;
  return {
    ...row,
    ...(await countPaymentAttention(db)),
    reconciliation_case: await countCaseAttention(db),
    settings_differ: (await readSettingContradictions(db)).length,
  };
}

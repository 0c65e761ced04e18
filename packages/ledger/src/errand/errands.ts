import type { Database } from '../database/connect.ts';
import { inTransaction } from '../database/transaction.ts';

export type ErrandKind =
  | 'close_page'
  | 'end_subscription'
  | 'refund_bill'
  | 'detach_card'
  | 'forget_customer';

/** Something to be done at Stripe; `subject` is Stripe's id of what it is about. */
export interface Errand {
  /** A UUID, the root of the idempotency keys. */
  id: string;
  kind: ErrandKind;
  subject: string;
  /** The owner of the wallet it is for. */
  wallet: string;
  /** Stripe said that it will never do it; a person has to. */
  refused: boolean;
}

/** Errands that nobody has done or refused, the oldest first. */
export const findErrands = (db: Database, limit: number): Promise<Errand[]> => db<Errand[]>`
  select e.id, e.kind, e.subject, w.owner as wallet, e.refused_at is not null as refused
  from bursar.errands e
  join bursar.wallets w on w.id = e.wallet_id
  where e.done_at is null and e.refused_at is null
  order by e.created_at limit ${limit}`;

/** One errand by its UUID or by what it is about; null when there is none, or it is done. */
export async function findErrand(
  db: Database,
  by: { id: string } | { kind: ErrandKind; subject: string },
): Promise<Errand | null> {
  const [found] = await db<Errand[]>`
    select e.id, e.kind, e.subject, w.owner as wallet, e.refused_at is not null as refused
    from bursar.errands e
    join bursar.wallets w on w.id = e.wallet_id
    where e.done_at is null
      and ${'id' in by ? db`e.id = ${by.id}::uuid` : db`e.kind = ${by.kind} and e.subject = ${by.subject}`}`;
  return found ?? null;
}

/** It is done at Stripe. */
export const finishErrand = (db: Database, id: string): Promise<void> =>
  inTransaction(db, async (tx) => {
    await tx`select bursar.finish_errand(${id}::uuid)`;
  });

/** It failed; `final` when Stripe will never do it, so that a person has to. */
export const noteErrand = (
  db: Database,
  id: string,
  failure: { error: string; final: boolean },
): Promise<void> =>
  inTransaction(db, async (tx) => {
    await tx`select bursar.note_errand(${id}::uuid, ${failure.error}, ${failure.final})`;
  });

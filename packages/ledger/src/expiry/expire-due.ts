import type { Database } from '../database/connect.ts';
import { isTransientDatabaseError } from '../database/sqlstates.ts';
import { inTransaction } from '../database/transaction.ts';

const ITEMS_PER_TRANSACTION = 200;
/** When so many were passed over for reasons that pass, it is an outage, and trying the rest would only take long. */
const PASSED_OVER_MAX = 20;

/** A wallet or a hold that could not expire; `parked`: its own fault, so it is tried again later and later. */
export interface ExpiryFailure {
  kind: 'hold' | 'wallet';
  /** The hold's id or the wallet's number. */
  subject: string;
  reason: string;
  parked: boolean;
}

export interface Expired {
  holds: number;
  wallets: number;
  failures: ExpiryFailure[];
}

/**
 * Posts the expiry of everything that is due: holds first, because what they free may have lapsed.
 * What fails is looked for by halves and left out, so it keeps nothing else from its expiry; what
 * fails by itself is parked. Returns how many wallets and holds were touched, and what failed.
 *
 * @throws when the database does not answer.
 */
export async function expireDue(db: Database): Promise<Expired> {
  const failures: ExpiryFailure[] = [];
  const holds = await untilDone(db, 'hold', failures);
  const wallets = await untilDone(db, 'wallet', failures);
  return { holds, wallets, failures };
}

async function untilDone(
  db: Database,
  kind: ExpiryFailure['kind'],
  failures: ExpiryFailure[],
): Promise<number> {
  let total = 0;
  for (;;) {
    const passedOver = failures.filter((one) => one.kind === kind).map(({ subject }) => subject);
    const due = await db<{ subject: string }[]>`
      select d as subject
      from bursar.due_expiries(${kind}, ${passedOver}::text[], ${ITEMS_PER_TRANSACTION}) d`;
    const subjects = due.map(({ subject }) => subject);
    total += await expireOrHalve(db, kind, subjects, failures);
    if (due.length < ITEMS_PER_TRANSACTION) return total;
  }
}

/** All of them in one transaction, or else each half by itself, down to the one that fails. */
async function expireOrHalve(
  db: Database,
  kind: ExpiryFailure['kind'],
  subjects: readonly string[],
  failures: ExpiryFailure[],
): Promise<number> {
  if (subjects.length === 0) return 0;
  try {
    await expire(db, kind, subjects);
    return subjects.length;
  } catch (error) {
    if (subjects.length === 1) {
      failures.push(await leaveOut(db, kind, subjects[0] ?? '', error));
      const passing = failures.filter(({ parked }) => !parked);
      if (passing.length >= PASSED_OVER_MAX) throw error;
      return 0;
    }
  }
  const middle = Math.ceil(subjects.length / 2);
  return (
    (await expireOrHalve(db, kind, subjects.slice(0, middle), failures)) +
    (await expireOrHalve(db, kind, subjects.slice(middle), failures))
  );
}

const expire = (
  db: Database,
  kind: ExpiryFailure['kind'],
  subjects: readonly string[],
): Promise<unknown> => {
  const name = kind === 'hold' ? 'expire_holds' : 'expire_wallets';
  return inTransaction(db, async (tx) => {
    await tx`select ${tx.unsafe(`bursar.${name}`)}(${[...subjects]}::text[])`;
  });
};

async function leaveOut(
  db: Database,
  kind: ExpiryFailure['kind'],
  subject: string,
  error: unknown,
): Promise<ExpiryFailure> {
  const reason = error instanceof Error ? error.message : String(error);
  const parked = !isTransientDatabaseError(error);
  if (parked) await db`select bursar.park_expiry(${kind}, ${subject}, ${reason})`;
  return { kind, subject, reason, parked };
}

import { setImmediate as nextTurn } from 'node:timers/promises';
import { readOperationHashes } from '@bursar/ledger/reads';
import { JobRefused, QueueUnavailable } from '@bursar/queues';
import type { Identity } from '../operations/identify.ts';
import { keyReused } from '../operations/submit.ts';
import { retryAfter } from '../overload/retry-after.ts';
import { isProblem, problem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import { enqueueCharges, type Failure, type Placement } from './enqueue-charges.ts';
import type { BareCharge } from './make-charge.ts';

/** A charge that somebody wants; `make` is asked only if the ledger does not know it yet. */
export interface Candidate {
  identity: Identity;
  make: () => Promise<BareCharge | Problem>;
}

export interface Accepted {
  kind: 'accepted';
  replayed: boolean;
}

/** What became of a candidate; a problem of code `unavailable` may be repeated as it is. */
type Verdict = Accepted | Problem;

/**
 * Accepts many charges at once, each by itself: the known ones are found with one query, the new ones
 * are enqueued in as few jobs as their shards allow. Verdicts come in the order of the candidates.
 *
 * @throws when nobody can tell what is known; nothing was enqueued then.
 */
export async function acceptCharges(
  services: Services,
  candidates: readonly Candidate[],
): Promise<Verdict[]> {
  const byKey = Map.groupBy(candidates, ({ identity }) => identity.head.key);
  const verdicts = await acceptOncePerKey(
    services,
    [...byKey.values()].flatMap(([first]) => first ?? []),
  );
  const seen = new Set<string>();
  return candidates.map(({ identity: { id, head } }) => {
    const first = byKey.get(head.key)?.[0]?.identity.head;
    if (first?.hash !== head.hash) return keyReused(id);
    const verdict = verdicts.get(head.key);
    if (verdict === undefined) throw new Error('A charge of a batch was left without a verdict.');
    const repeated = seen.has(head.key);
    seen.add(head.key);
    return repeated && verdict.kind === 'accepted' ? { kind: 'accepted', replayed: true } : verdict;
  });
}

/** As above, for candidates with different keys. */
async function acceptOncePerKey(
  services: Services,
  candidates: readonly Candidate[],
): Promise<Map<string, Verdict>> {
  const verdicts = new Map<string, Verdict>();
  const notes = candidates.map((candidate) => noteOf(services, candidate));
  try {
    const fresh = await sortOut(services, notes, verdicts);
    const failures = await enqueueCharges(services, fresh);
    for (const { item, replayed } of fresh) {
      const failure = failures.get(item);
      verdicts.set(
        item.key,
        failure === undefined ? { kind: 'accepted', replayed } : failed(services, failure),
      );
    }
  } finally {
    for (const { head, acceptance, before } of notes) {
      if (verdicts.get(head.key)?.kind === 'accepted') (before ?? acceptance).queued = true;
      else services.recent.forget(head.key, acceptance);
    }
  }
  return verdicts;
}

/** Others are served in between, however large the batch. */
const ITEMS_A_TURN = 100;

/** Gives those that are known or cannot be made their verdicts; answers with the others, to be enqueued. */
async function sortOut(
  { db }: Services,
  notes: readonly Note[],
  verdicts: Map<string, Verdict>,
): Promise<Fresh[]> {
  const known = await readOperationHashes(
    db,
    notes.map(({ head }) => head.key),
  );
  const fresh: Fresh[] = [];
  for (const [at, { candidate, head, before }] of notes.entries()) {
    if (at % ITEMS_A_TURN === ITEMS_A_TURN - 1) await nextTurn();
    const hash = known.get(head.key) ?? before?.hash ?? head.hash;
    if (hash !== head.hash) {
      verdicts.set(head.key, keyReused(candidate.identity.id));
      continue;
    }
    if (known.has(head.key)) {
      verdicts.set(head.key, { kind: 'accepted', replayed: true });
      continue;
    }
    // A repetition that the ledger does not have yet is enqueued again: that mends a lost job.
    const made = await candidate.make();
    if (isProblem(made)) verdicts.set(head.key, made);
    else {
      const queued = before?.queued ?? false;
      fresh.push({ item: { ...head, ...made }, queued, replayed: before !== null });
    }
  }
  return fresh;
}

type Note = ReturnType<typeof noteOf>;
type Fresh = Placement & { replayed: boolean };

function noteOf({ recent }: Services, candidate: Candidate) {
  const { head } = candidate.identity;
  const acceptance = { hash: head.hash, acceptedAt: head.accepted_at, queued: false };
  return { candidate, head, acceptance, before: recent.note(head.key, acceptance) };
}

function failed({ log }: Services, failure: Failure): Problem {
  if ('refusal' in failure) return failure.refusal;
  const { thrown } = failure;
  if (thrown instanceof JobRefused) {
    return problem('payload_too_large', 'The charge is too large for a job; no credits moved.');
  }
  const level = thrown instanceof QueueUnavailable ? 'warn' : 'error';
  log[level]({ err: thrown }, 'Charges of a batch could not be enqueued');
  return problem(
    'unavailable',
    'The queue did not confirm this charge. Send it again under the same key in a moment; nothing happens twice.',
    { headers: { 'Retry-After': retryAfter(1) } },
  );
}

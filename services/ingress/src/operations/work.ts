import type {
  CardCommand,
  ChargeItem,
  LedgerCommand,
  OperationHead,
  PurchaseChange,
  PurchaseOrder,
  SubscriptionCommand,
} from '@bursar/contracts';
import { readOperations, type OperationView } from '@bursar/ledger/reads';
import { isProblem, type Problem } from '../problems/problem.ts';
import type { Services } from '../service/services.ts';
import type { Identity } from './identify.ts';

/** What a command asks the workers to do. */
export type Work =
  | { kind: 'charge'; charge: Omit<ChargeItem, keyof OperationHead> }
  | { kind: 'purchase'; order: PurchaseOrder }
  | { kind: 'card'; command: CardCommand }
  /** `keptUntil`: how long what was stored for it is kept, where anything was. */
  | { kind: 'command'; command: LedgerCommand; keptUntil?: Date | null }
  | { kind: 'purchase_change'; change: PurchaseChange }
  | { kind: 'subscription'; command: SubscriptionCommand };

export type MakeWork = () => Work | Problem | Promise<Work | Problem>;

/** `known`: the ledger has the operation already, and nothing was enqueued. */
export type Placed = { kind: 'placed'; known: OperationView | null } | Problem;

/**
 * Makes a command durable in the queue unless the ledger has it already. Throws when the queue or
 * the database does not answer; the command may be in the queue all the same, so the caller should
 * repeat it under the same key. While the queue is too far behind, what is new is refused; what is
 * `queued` already, as this replica knows for certain, or known to the ledger is not.
 */
export async function placeWork(
  services: Services,
  identity: Identity,
  make: MakeWork,
  queued: boolean,
): Promise<Placed> {
  return identity.type === 'charge'
    ? placeCharge(services, identity, make, queued)
    : placeCommand(services, identity, make, queued);
}

/**
 * Charges are looked up and enqueued by the pack. What cannot be made any more, its price having been
 * retired since, may be a repetition of what could.
 */
async function placeCharge(
  services: Services,
  { head }: Identity,
  make: MakeWork,
  queued: boolean,
): Promise<Placed> {
  const work = await make();
  if (isProblem(work)) {
    const known = (await readOperations(services.db, [head.key])).get(head.key);
    return known === undefined ? work : { kind: 'placed', known };
  }
  if (work.kind !== 'charge') throw new Error(`A charge asked for a ${work.kind}.`);
  const known = await services.packer.place({ ...head, ...work.charge }, queued);
  return known !== null && isProblem(known) ? known : { kind: 'placed', known };
}

/** The work is only made for what is new, so a repetition never meets a rule that changed meanwhile. */
async function placeCommand(
  { db, queues, load }: Services,
  { id, type, head: operation }: Identity,
  make: MakeWork,
  queued: boolean,
): Promise<Placed> {
  const known = (await readOperations(db, [operation.key])).get(operation.key);
  // Begun but not finished, as an allocation may be: its job is enqueued again, should it have been lost.
  if (known !== undefined && known.status !== 'pending') return { kind: 'placed', known };
  const refusal = load.refusal(/^(purchase|card|subscription)/.test(type) ? 'payments' : 'ledger');
  if (refusal !== null) {
    return queued || known !== undefined ? { kind: 'placed', known: known ?? null } : refusal;
  }
  const work = await make();
  if (isProblem(work)) return work;
  if (work.kind === 'charge') throw new Error('Charges are placed by the packer.');
  if (work.kind === 'purchase') {
    await queues.enqueue('open-purchase', { operation, order: work.order }, { jobId: id });
  } else if (work.kind === 'purchase_change') {
    await queues.enqueue('change-purchase', { operation, change: work.change }, { jobId: id });
  } else if (work.kind === 'card') {
    await queues.enqueue('card-command', { operation, command: work.command }, { jobId: id });
  } else if (work.kind === 'subscription') {
    await queues.enqueue(
      'change-subscription',
      { operation, command: work.command },
      { jobId: id },
    );
  } else {
    await queues.enqueue('apply-command', { operation, command: work.command }, { jobId: id });
  }
  return { kind: 'placed', known: known ?? null };
}

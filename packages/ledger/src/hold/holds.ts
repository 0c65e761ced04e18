import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { pricingOf } from '../price/pricing-of.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/** Sets credits aside: neither a rival nor expiry can take them until the hold ends. */
export async function placeHold(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'hold'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.place_hold(
        ${headOf(tx, head, 'hold')}, ${command.wallet}, ${command.amount}::text::bigint, ${command.product},
        ${command.on_behalf_of ?? null}, make_interval(secs => ${command.expires_in}::integer),
        ${pricingOf(tx, command.pricing)})`,
  );
}

/** Burns what a hold set aside; a final capture frees the rest. Without an amount: all of it. */
export async function captureHold(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'hold_capture'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.capture_hold(
        ${headOf(tx, head, 'hold_capture')}, ${command.hold}::uuid, ${command.amount ?? null}::text::bigint,
        ${command.final}, ${pricingOf(tx, command.pricing)})`,
  );
}

/** Ends a hold without charging. */
export async function releaseHold(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'hold_release'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.release_hold(${headOf(tx, head, 'hold_release')}, ${command.hold}::uuid)`,
  );
}

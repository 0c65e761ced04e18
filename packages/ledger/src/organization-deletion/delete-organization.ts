import type { LedgerCommandOf, OperationHead } from '@bursar/contracts';
import type { LedgerTransaction } from '../database/connect.ts';
import { headOf, outcomeFrom, type Outcome, type OutcomeRow } from '../operation/outcome.ts';

/**
 * Deletes an organization whose name and remaining credits were typed as they are; refused while
 * anything of its pool is under way.
 */
export async function deleteOrganization(
  tx: LedgerTransaction,
  head: OperationHead,
  command: LedgerCommandOf<'organization_deletion'>,
): Promise<Outcome> {
  return outcomeFrom(
    await tx<OutcomeRow[]>`
      select * from bursar.delete_organization(
        ${headOf(tx, head, 'organization_deletion')}, ${command.organization}, ${command.confirm},
        ${command.forfeit ?? null}::text::bigint,
        ${command.end_subscriptions === true})`,
  );
}

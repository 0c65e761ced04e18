import { BUDGET_PERIODS, MICRO_PER_CREDIT } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/operations';
import { deleteBudget, putBudget, type BudgetTerms } from '@bursar/ledger/reads';

/** A budget of ten thousand credits a month unless it says otherwise. */
export const putBudgetOf = (
  ingress: Database,
  terms: Pick<BudgetTerms, 'id' | 'wallet'> & Partial<BudgetTerms>,
) =>
  putBudget(ingress, {
    member: null,
    product: null,
    key: null,
    limit: 10_000n * MICRO_PER_CREDIT,
    period: 'month',
    alertAt: [50, 80, 100],
    enforced: true,
    activeFrom: null,
    ...terms,
  });

interface Dice {
  below(limit: number): number;
  chance(share: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
}

/** Makes, changes or ends one of a few budgets, so that they are changed while others spend. */
export async function changeBudgets(
  ingress: Database,
  dice: Dice,
  cast: { user: string; organization: string },
): Promise<void> {
  const wallet = dice.chance(0.5) ? cast.organization : cast.user;
  const id = `${wallet.replace(':', '-')}-${dice.below(3)}`;
  if (dice.chance(0.2)) {
    await deleteBudget(ingress, { id, wallet });
    return;
  }
  const ofMember = wallet === cast.organization && dice.chance(0.3);
  await putBudgetOf(ingress, {
    id,
    wallet,
    member: ofMember ? cast.user : null,
    product: dice.chance(0.2) ? 'notebook' : null,
    limit: BigInt(200 + dice.below(2_000)) * MICRO_PER_CREDIT,
    period: dice.pick(BUDGET_PERIODS),
    enforced: dice.chance(0.7),
  });
}

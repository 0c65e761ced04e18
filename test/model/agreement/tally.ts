import type { Ledger, Lot } from '../rules/ledger.ts';

const isGrace = (lot: Lot): boolean => lot.parent?.wallet === lot.wallet;

/**
 * Counts how often scenarios reached what is hard to reach, so that a generator that went tame
 * fails its test instead of proving nothing.
 */
export class Tally {
  readonly counts: Record<string, number> = {};

  add(ledger: Ledger): void {
    const wallets = [...ledger.wallets.values()];
    const lots = wallets.flatMap((wallet) => wallet.lots);
    const entries = wallets.flatMap((wallet) => wallet.entries);
    if (wallets.some(({ closed }) => closed !== null)) this.#count('a deleted organization');
    for (const entry of entries) this.#count(`a transaction: ${entry.transaction.kind}`);
    for (const hold of ledger.holds) {
      this.#count(`a hold that is ${hold.status}`);
      if (hold.captured > hold.amount) this.#count('a capture beyond its hold');
      if (hold.overdraftUsed > 0n) this.#count('a soft landing');
      const parts = ledger.charges.filter((charge) => charge.hold === hold);
      if (parts.length > 1) this.#count('a hold captured in parts');
      if (parts.some((part) => part.undone > 0n)) this.#count('a capture that was reversed');
      const late = hold.slices.some(({ lot }) => lot.expiresAt < hold.expiresAt);
      if (late && hold.status === 'captured')
        this.#count('a capture of a lot that may have expired');
    }
    for (const lot of lots) {
      if (isGrace(lot)) this.#count('a grace lot');
      if (lot.parent && isGrace(lot.parent)) this.#count('a grace lot that was given back');
      if (lot.allocatedBy !== null) this.#count('an allocated lot');
    }
    for (const charge of ledger.charges) {
      if (charge.movements.length > 2) this.#count('a charge over several lots');
      if (charge.movements.length > 1 && charge.undone > 0n) this.#count('a reversal over parts');
      const outOf = charge.movements.flatMap(({ from }) => ('lot' in from ? [from.lot] : []));
      if (charge.undone > 0n && outOf.some((lot) => lot.hadGrace && lot.expiresAt <= ledger.now)) {
        this.#count('a grace lot that got no second grace');
      }
      if (charge.movements.some((movement) => 'debtOf' in movement.from)) {
        this.#count('a charge into debt');
      }
    }
    this.#addBudgets(ledger);
    for (const purchase of ledger.purchases) {
      if (purchase.takenBack > 0n) this.#count('a purchase that was taken back');
      if (purchase.byItself) this.#count('a top-up');
      if (purchase.byItself && purchase.takenBack > 0n) this.#count('a top-up taken back');
    }
    for (const period of ledger.periods) {
      if (period.takenBack > 0n) this.#count('a period that was taken back');
      if (period.rolled > 0n) this.#count('a rollover');
    }
    for (const request of ledger.requests) {
      this.#count(`a request that is ${request.status}`);
      if (request.byItself) this.#count('a request that approved itself');
    }
    for (const due of ledger.entitlements) this.#count(`a ${due.kind} that is ${due.status}`);
    for (const { decision } of ledger.operations.values()) {
      if (!decision.ok) this.#count(`refused: ${decision.error.code}`);
    }
  }

  #addBudgets(ledger: Ledger): void {
    for (const { counts, undone } of ledger.charges) {
      if (counts.length > 1) this.#count('a charge in several budgets');
      if (counts.length > 0 && undone > 0n) this.#count('a reversal in a budget');
    }
    for (const { counts, captured } of ledger.holds) {
      if (counts.length > 0 && captured > 0n) this.#count('a capture in a budget');
    }
    for (const { enforced, limit, periods } of ledger.budgets) {
      if (periods.size > 1) this.#count('a budget of several periods');
      const overshot = [...periods.values()].some(({ spent }) => spent > limit);
      if (enforced && overshot) this.#count('a budget that was overshot');
    }
    if (ledger.alerts.length > 0) this.#count('a budget alert');
  }

  #count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }
}

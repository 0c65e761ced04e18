import * as fc from 'fast-check';
import type { Step } from './step.ts';

/** Steps that belong together, so that chance is not needed to reach what only they reach. */
export const stories: fc.Arbitrary<Step[]> = fc
  .record({
    who: fc.constantFrom(0, 2, 4),
    size: fc.bigInt(2n, 20n),
    hours: fc.constantFrom(1, 2, 24),
    final: fc.boolean(),
  })
  .chain(({ who: index, size, hours: lifetime, final }) => {
    const member = index / 2;
    const credits = { amount: size * 4n, kind: 'promotional', effectiveIn: null } as const;
    const expiring: Step = { do: 'grant', who: 1, ...credits, expiresIn: lifetime, priority: 0 };
    const lasting: Step = { do: 'grant', who: 1, ...credits, expiresIn: null, priority: 50 };
    const seats: Step = { do: 'settings', pool: 0, seat: size, below: size + 1n, monthly: size };
    /** No pool can pay it, except one that holds a fortune. */
    const dear: Step = { do: 'settings', pool: 0, seat: 10n ** 17n, below: null, monthly: size };
    const allocate: Step = {
      do: 'allocate',
      pool: 0,
      recipients: [member],
      amount: size,
      rising: final,
      kind: null,
    };
    const item = { who: index, amount: size, behalf: 0, again: null };
    const charge: Step = { do: 'charges', items: [item] };
    const hold: Step = {
      do: 'hold',
      who: index,
      amount: size,
      behalf: 0,
      hours: lifetime,
      overdraft: 0n,
    };
    const later: Step = { do: 'travel', hours: lifetime };
    const remove: Step = { do: 'remove', pool: 0, who: member };
    const reverse: Step = { do: 'reverse', charge: 0, amount: final ? null : size / 2n };
    const nothing: Extract<Step, { do: 'budget' }> = {
      do: 'budget',
      budget: 0,
      who: index,
      member: null,
      source: 'anywhere',
      limit: 0n,
      period: 'total',
      alertAt: [],
      enforced: true,
      beginsIn: null,
    };
    const wholly: Step = { do: 'reverse', charge: 0, amount: null };
    const charge0: Step = { do: 'charges', items: [{ ...item, who: 1, behalf: null }] };
    const afterGrace: Step = { do: 'travel', hours: 192 };
    const capture: Step = { do: 'capture', hold: 0, amount: size / 2n, final };
    const dispose: Step = { do: 'delete', pool: 0, forfeit: 'all', confirmed: true };
    const ask: Step = { do: 'ask', pool: 0, who: member, amount: size };
    return fc.constantFrom<Step[]>(
      [expiring, allocate, charge, later, reverse],
      [expiring, allocate, charge, later, reverse, remove],
      // Credits that had their grace have no other, in whichever wallet they are spent next.
      [expiring, allocate, charge, later, wholly, charge, afterGrace, wholly],
      [expiring, charge0, later, wholly, allocate, charge, afterGrace, wholly],
      [expiring, allocate, hold, remove, capture, { do: 'release', hold: 0 }],
      [expiring, allocate, hold, later, { do: 'sweep' }],
      [expiring, allocate, hold, { ...capture, amount: size * 3n }],
      [expiring, allocate, { do: 'suspend', pool: 0, who: member }, charge, hold],
      // What a member gets back after the removal follows to the pool.
      [expiring, allocate, charge, remove, reverse],
      [expiring, allocate, charge, later, remove, reverse],
      // A budget of nothing refuses whatever is charged for it.
      [{ ...nothing, who: index }, charge, hold, { do: 'end-budget', budget: 0, who: index }],
      // Admitted work lands softly where an ordinary charge would be refused.
      [
        { do: 'limit', who: index, limit: 0n },
        { do: 'landing', who: index, limit: size },
        expiring,
        allocate,
        { ...hold, overdraft: size },
        { ...capture, amount: size, final: false },
        { ...capture, amount: size / 2n },
        charge,
        reverse,
      ],
      [expiring, allocate, hold, { ...capture, final: false }, capture, reverse],
      [expiring, ask, { do: 'approve', request: 0, amount: final ? null : 1n }],
      [expiring, allocate, charge, { do: 'undo', allocation: 0 }],
      [expiring, allocate, hold, { do: 'undo', allocation: 0 }, { do: 'release', hold: 0 }],
      // A pool goes; what it had promised, handed out and set aside has an end.
      [expiring, allocate, hold, remove, dispose, { do: 'release', hold: 0 }],
      [expiring, allocate, charge, dispose, reverse, { do: 'undo', allocation: 0 }],
      [expiring, ask, dear, { do: 'seat', pool: 0, who: member }, dispose, expiring],
      [
        { do: 'buy', who: 1, credits: size, paid: 100, months: 12, bonus: null },
        dispose,
        { do: 'take-back', purchase: 0, refunded: 50, kind: 'refund' },
        { do: 'delete', pool: 0, forfeit: null, confirmed: false },
      ],
      [seats, { do: 'seat', pool: 0, who: member }, expiring, { do: 'pay-delayed' }],
      [dear, { do: 'seat', pool: 0, who: member }, remove],
      [dear, { do: 'unseat', pool: 0, who: member }, { do: 'seat', pool: 0, who: member }],
      [expiring, seats, ask],
      [ask, { do: 'travel', hours: 768 }, final ? { do: 'sweep' } : ask],
      [lasting, allocate, { do: 'travel', hours: 192 }, { do: 'sweep-idle', pool: 0, days: 1 }],
      [
        lasting,
        { do: 'cap', pool: 0, percent: 10 },
        allocate,
        { do: 'cap', pool: 0, percent: null },
      ],
      [lasting, allocate, charge, { do: 'refill', pool: 0, amount: size }],
    );
  });

import { randomBytes } from 'node:crypto';
import type { Database } from '@bursar/ledger/administration';
import * as fc from 'fast-check';
import { castOf, type Cast } from '../agreement/cast.ts';
import { DatabaseLedger } from '../agreement/database-ledger.ts';
import { capture, hold, release } from '../agreement/hold-steps.ts';
import { putBudgetOf } from '../agreement/put-budget.ts';
import { budgetOf, chargesOf, commandOf, type StepOf } from '../agreement/resolve-step.ts';
import { chargeStep, grant, remove, transfer } from '../agreement/scenario.ts';
import { seatCast } from '../agreement/stage.ts';
import type { KeyedCharge, KeyedCommand } from '../command.ts';
import type { Answer } from '../ledger-model.ts';
import { putBudget } from '../rules/budget.ts';
import { addWallet, type Ledger } from '../rules/ledger.ts';
import { join } from '../rules/membership.ts';
import { newLedger } from '../rules/new-ledger.ts';

/** What one connection sends at once. */
type Message = { charges: KeyedCharge[] } | { command: KeyedCommand };

type StormStep =
  | { do: 'charges'; items: Parameters<typeof chargesOf>[0] }
  | StepOf<'transfer' | 'hold' | 'capture' | 'release' | 'remove'>;

const stormStep: fc.Arbitrary<{ step: StormStep; copies: number }> = fc.record({
  step: fc.oneof<fc.WeightedArbitrary<StormStep>[]>(
    {
      weight: 12,
      arbitrary: fc.record({
        do: fc.constant('charges'),
        items: fc.array(chargeStep, { minLength: 1, maxLength: 8 }),
      }),
    },
    { weight: 12, arbitrary: transfer },
    { weight: 6, arbitrary: hold },
    { weight: 5, arbitrary: capture },
    { weight: 5, arbitrary: release },
    { weight: 1, arbitrary: remove },
  ),
  copies: fc.constantFrom(1, 1, 2, 3),
});

const CONNECTIONS = 8;
const STEPS = 250;
const HOLDS = 30;

/** Many connections at once on the same wallets, holds and keys, and what each was answered. */
export class Storm {
  readonly cast: Cast;
  readonly database: DatabaseLedger;
  /** Every answer, by key and hash. */
  readonly answers = new Map<string, Answer[]>();
  /** What was asked, by key and hash. */
  readonly asked = new Map<string, KeyedCharge | KeyedCommand>();
  readonly #prefix = randomBytes(4).toString('hex');
  /** How many holds there were before the storm; only these are captured and released in it. */
  holds = 0;
  #keys = 0;

  constructor(worker: Database) {
    this.cast = castOf(this.#prefix);
    const owners = this.cast.owners.slice(0, -1);
    const frame = { owners, purchases: [], base: Date.now(), travelled: 0 };
    this.database = new DatabaseLedger(worker, frame, 7);
  }

  /** Seats the cast, gives it credits, and places holds that the storm will fight over. */
  async open(owner: Database, seed: number): Promise<void> {
    await seatCast(owner, this.cast, this.cast.owners.slice(0, -1).map(limitOf));
    const grants = fc.sample(fc.noBias(grant), { seed, numRuns: 60 });
    const holds = fc.sample(fc.noBias(hold), { seed, numRuns: HOLDS });
    for (const step of BUDGETS) await putBudgetOf(owner, step, this.cast);
    for (const step of grants) await this.#send({ command: this.#keyed(step) });
    for (const step of holds) {
      const answer = await this.#send({ command: this.#keyed(step) });
      if (answer[0]?.verdict === 'applied') this.holds += 1;
    }
  }

  /** Sends everything, in random order, over all connections. */
  async rage(seed: number): Promise<void> {
    const steps = fc.sample(fc.noBias(stormStep), { seed, numRuns: STEPS });
    const earlier: KeyedCharge[] = [];
    const messages = steps.flatMap(({ step, copies }) => {
      const message = this.#messageOf(step, earlier);
      return Array.from({ length: copies }, () => message);
    });
    const queue = messages.values();
    const connection = async () => {
      for (const message of queue) await this.#send(message);
    };
    await Promise.all(Array.from({ length: CONNECTIONS }, connection));
  }

  /** The model as the storm found the ledger. */
  model(): Ledger {
    const ledger = newLedger();
    this.cast.owners.slice(0, -1).forEach((owner, index) => {
      addWallet(ledger, owner, limitOf(owner, index));
    });
    for (const { pool, user, role } of this.cast.members) {
      join(ledger, { organization: pool, member: user, role });
    }
    for (const step of BUDGETS) putBudget(ledger, budgetOf(step, this.cast, ledger.now));
    return ledger;
  }

  #messageOf(step: StormStep, earlier: KeyedCharge[]): Message {
    if (step.do !== 'charges') return { command: this.#keyed(step) };
    const charges = chargesOf(step.items, this.cast, earlier, () => this.#key());
    // In the order of their keys, so that the order within a batch can be told from the keys.
    return { charges: charges.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  }

  #keyed(step: Exclude<StormStep, { do: 'charges' }> | StepOf<'grant'>): KeyedCommand {
    const holds = Array.from({ length: this.holds });
    const asked = commandOf(step, this.cast, {
      now: 0,
      wallets: new Map(),
      holds,
      charges: [],
      requests: [],
      allocations: [],
    });
    return { key: this.#key(), hash: this.#key(), asked };
  }

  async #send(message: Message): Promise<Answer[]> {
    if ('command' in message) {
      const answer = await this.database.applyCommand(message.command, null);
      this.#note(message.command, answer);
      return [answer];
    }
    const answers = await this.database.applyCharges(message.charges);
    message.charges.forEach((charge, index) => this.#note(charge, answers[index]!));
    return answers;
  }

  #note(asked: KeyedCharge | KeyedCommand, answer: Answer): void {
    const name = `${asked.key} ${asked.hash}`;
    this.asked.set(name, asked);
    this.answers.set(name, [...(this.answers.get(name) ?? []), answer]);
  }

  #key(): string {
    this.#keys += 1;
    return `${this.#prefix}-0000-4000-8000-${this.#keys.toString(16).padStart(12, '0')}`;
  }
}

const limited = { do: 'budget', member: null, source: 'anywhere', beginsIn: null } as const;
/** One that everybody shares who spends for the first pool, one of a member of it, one that watches. */
const BUDGETS: readonly StepOf<'budget'>[] = [
  {
    ...limited,
    budget: 0,
    who: 1,
    limit: 700n,
    period: 'total',
    alertAt: [50, 100],
    enforced: true,
  },
  {
    ...limited,
    budget: 1,
    who: 0,
    limit: 400n,
    period: 'total',
    alertAt: [50, 100],
    enforced: true,
  },
  { ...limited, budget: 2, who: 1, limit: 90n, period: 'total', alertAt: [10], enforced: false },
];

/** Some may owe nothing, some a little, some anything. */
const limitOf = (_: string, index: number): bigint | null => [null, 0n, 30n][index % 3] ?? null;

import { deepStrictEqual } from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { BUDGET_PERIODS } from '@bursar/contracts';
import type { Database } from '@bursar/ledger/administration';
import {
  deleteBudget,
  deleteRule,
  putBudget,
  putMember,
  putRule,
  reinstateMember,
  setOrganizationSettings,
  setOverdraftLimit,
  setSoftLandingLimit,
  suspendMember,
} from '@bursar/ledger/reads';
import type { KeyedCharge, KeyedCommand } from '../command.ts';
import { applyCharges, applyCommand, applyHolds } from '../ledger-model.ts';
import { endBudget, putBudget as putModelBudget } from '../rules/budget.ts';
import { expireIfDue } from '../rules/credit-request.ts';
import { sweep } from '../rules/hold.ts';
import { addWallet, type Ledger, type Rules } from '../rules/ledger.ts';
import { join, reinstate, suspend } from '../rules/membership.ts';
import { newLedger } from '../rules/new-ledger.ts';
import { buy, reportAgain, takeBack } from '../rules/purchase.ts';
import { renew } from '../rules/subscription.ts';
import { sweepIdle } from '../rules/recall.ts';
import { refill } from '../rules/rule.ts';
import { payDelayed } from '../rules/seat.ts';
import { payTopUp, topUpDue } from '../rules/top-up.ts';
import { bareId, castOf, type Cast } from './cast.ts';
import { BONUS_DAYS, makeBonusCode } from './bonus-code.ts';
import { DatabaseLedger } from './database-ledger.ts';
import { beginDue, endTopUp } from './database-top-up.ts';
import { drawModel } from './model-picture.ts';
import { pagesIn, turnPages } from './calendar.ts';
import {
  budgetOf,
  chargesOf,
  commandOf,
  HOUR,
  memberOf,
  pick,
  type StepOf,
} from './resolve-step.ts';
import { settlePeriod, takePeriodBack } from './period-steps.ts';
import { seatCast, travel } from './stage.ts';
import type { ChargeStep, Scenario, Step } from './step.ts';

export interface Stage {
  owner: Database;
  worker: Database;
  /** A worker of an installation whose default limit is `DEFAULT_LIMIT`. */
  strict: Database;
}

export const DEFAULT_LIMIT = 25n;

/**
 * Plays a scenario on PostgreSQL and on the model, and compares outcomes and whole states after
 * every step. `bent` are rules in which the model is made to differ.
 *
 * @returns the model at the end.
 * @throws AssertionError at the first difference.
 */
export async function play(
  stage: Stage,
  scenario: Scenario,
  bent: Partial<Rules> = {},
): Promise<Ledger> {
  const game = new Game(stage, scenario, bent);
  await game.begin(scenario.limits);
  for (const step of scenario.steps) {
    await game.take(step);
    await game.compare();
  }
  return game.model;
}

class Game {
  readonly model: Ledger;
  readonly #stage: Stage;
  readonly #prefix = randomBytes(4).toString('hex');
  readonly #cast: Cast;
  readonly #database: DatabaseLedger;
  readonly #charges: KeyedCharge[] = [];
  readonly #commands: KeyedCommand[] = [];
  readonly #seen = new Map<string, number>();
  readonly #graceDays: number;
  #keys = 0;

  constructor(stage: Stage, { graceDays, strict }: Scenario, bent: Partial<Rules>) {
    this.#stage = stage;
    this.#graceDays = graceDays;
    this.#cast = castOf(this.#prefix);
    const defaultOverdraft = strict ? DEFAULT_LIMIT : null;
    this.model = newLedger({ graceMs: graceDays * 24 * HOUR, defaultOverdraft, ...bent });
    const owners = this.#cast.owners.slice(0, -1);
    const frame = { owners, purchases: [], base: Date.now(), travelled: 0 };
    this.model.epoch = frame.base;
    const worker = strict ? stage.strict : stage.worker;
    this.#database = new DatabaseLedger(worker, frame, graceDays);
  }

  async begin(limits: readonly (bigint | null)[]): Promise<void> {
    this.#database.frame.owners.forEach((owner, index) => {
      addWallet(this.model, owner, limits[index] ?? null);
    });
    for (const { pool, user, role } of this.#cast.members) {
      join(this.model, { organization: pool, member: user, role });
    }
    await seatCast(this.#stage.owner, this.#cast, limits);
  }

  async compare(): Promise<void> {
    const database = await this.#database.draw(this.#seen);
    deepStrictEqual(database, drawModel(this.model, this.#seen));
    for (const wallet of database.wallets) this.#seen.set(wallet.owner, wallet.version);
  }

  take(step: Step): Promise<void> {
    this.model.now += 1;
    switch (step.do) {
      case 'charges':
        return this.#charge(step.items);
      case 'holds':
        return this.#holds(step);
      case 'again':
        return this.#again(step);
      case 'buy':
        return this.#buy(step);
      case 'top-up':
        return this.#topUp(step);
      case 'renew':
        return this.#renew(step);
      case 'take-period-back':
        return this.#takePeriodBack(step);
      case 'report-again':
      case 'take-back':
        return this.#aboutPurchase(step);
      case 'suspend':
      case 'reinstate':
      case 'join':
        return this.#directory(step);
      case 'limit':
        return this.#limit(step);
      case 'landing':
        return this.#landing(step);
      case 'budget':
        return this.#budget(step);
      case 'end-budget':
        return this.#endBudget(step);
      case 'travel':
        this.model.now += step.hours * HOUR;
        this.#database.frame.travelled += step.hours * HOUR;
        this.model.epoch -= step.hours * HOUR;
        return this.#travel(step.hours);
      case 'sweep':
        for (const request of this.model.requests) expireIfDue(this.model, request);
        sweep(this.model);
        return this.#database.sweep();
      case 'pay-delayed':
        payDelayed(this.model);
        return this.#database.payDelayed();
      case 'settings':
      case 'cap':
        return this.#settings(step);
      case 'refill':
      case 'sweep-idle':
        return this.#runRule(step);
      default:
        return this.#send(this.#newCommand(step));
    }
  }

  async #charge(items: readonly ChargeStep[]): Promise<void> {
    const batch = chargesOf(items, this.#cast, this.#charges, () => this.#key());
    const expected = applyCharges(this.model, batch);
    deepStrictEqual(await this.#database.applyCharges(batch), expected);
  }

  async #holds({ items }: StepOf<'holds'>): Promise<void> {
    const batch: KeyedCommand[] = [];
    for (const { step, again } of items) {
      const before = batch.at(-1);
      batch.push(again && before ? before : this.#newCommand(step));
    }
    const expected = applyHolds(this.model, batch);
    deepStrictEqual(await this.#database.applyHolds(batch), expected);
  }

  async #again({ command, clash }: StepOf<'again'>): Promise<void> {
    const before = pick(this.#commands, command);
    if (before) await this.#send(clash ? { ...before, hash: this.#key() } : before);
  }

  #newCommand(step: Parameters<typeof commandOf>[0]): KeyedCommand {
    const asked = commandOf(step, this.#cast, this.model);
    const command = { key: this.#key(), hash: this.#key(), asked };
    this.#commands.push(command);
    return command;
  }

  async #send(command: KeyedCommand): Promise<void> {
    const { asked } = command;
    const charge = asked.type === 'reversal' ? this.model.charges[asked.charge ?? -1] : undefined;
    const tried =
      asked.type === 'allocation_undo' ? await this.#database.previewUndo(command) : null;
    const expected = applyCommand(this.model, command);
    if (expected.verdict === 'applied' && tried !== null) {
      deepStrictEqual(tried, expected.decision);
    }
    const answer = await this.#database.applyCommand(command, charge?.operation ?? null);
    deepStrictEqual(answer, expected);
  }

  async #buy({ who, credits, paid, months, bonus }: StepOf<'buy'>): Promise<void> {
    const wallet = this.#cast.owners[who]!;
    const key = this.#key();
    const lifetime = months === 0 ? Infinity : lengthOfMonths(this.#database.frame.base, months);
    const expiresAt = this.model.now + lifetime;
    const extra =
      bonus === null
        ? null
        : { credits: bonus, expiresAt: this.model.now + BONUS_DAYS * 24 * HOUR };
    const bought = { wallet, credits, paid: BigInt(paid), expiresAt, bonus: extra };
    const expected = buy(this.model, key, bought);
    const code = bonus === null ? null : await makeBonusCode(this.#stage.owner, bonus);
    const answer = await this.#database.buy(key, { wallet, credits, paid, months, code });
    deepStrictEqual(answer, expected);
  }

  async #topUp({ who, target, declined, ...rest }: StepOf<'top-up'>): Promise<void> {
    const wallet = this.#cast.owners[who]!;
    const above = rest.amount === null ? rest.threshold + target : null;
    const { threshold, amount, cap } = rest;
    const terms = { wallet, threshold, amount, target: above, cap };
    const { owner, worker } = this.#stage;
    const { answer, attempt } = await beginDue(owner, worker, terms);
    deepStrictEqual(answer, topUpDue(this.model, terms));
    if (attempt === null || typeof answer === 'string') return;
    await endTopUp(worker, attempt, declined ? null : answer.subtotal);
    if (declined) return;
    payTopUp(this.model, attempt, wallet, answer);
    this.#database.frame.purchases.push(attempt);
  }

  async #renew({ who, number, credits, paid, cap, hours }: StepOf<'renew'>): Promise<void> {
    const wallet = this.#cast.owners[who]!;
    const expiresAt = this.model.now + hours * HOUR;
    const renewal = { wallet, number, credits, paid: BigInt(paid), cap, expiresAt };
    const { base, travelled } = this.#database.frame;
    renew(this.model, renewal);
    const until = new Date(base - travelled + expiresAt).toISOString();
    await settlePeriod(this.#stage.worker, this.#key(), renewal, until);
  }

  async #takePeriodBack(step: StepOf<'take-period-back'>): Promise<void> {
    const period = pick(this.model.periods, step.period);
    if (period === undefined) return;
    takeBack(this.model, period, BigInt(step.refunded), step.kind);
    const { number, paid } = period;
    const named = { wallet: period.wallet.owner, number, paid };
    await takePeriodBack(this.#stage.worker, named, step.refunded, step.kind, this.#graceDays);
  }

  async #aboutPurchase(step: StepOf<'take-back' | 'report-again'>): Promise<void> {
    const purchase = pick(this.model.purchases, step.purchase);
    if (purchase === undefined) return;
    const key = purchase.transaction.operation!;
    if (step.do === 'report-again') {
      reportAgain(this.model, purchase);
      await this.#database.report(key, Number(purchase.paid));
    } else {
      takeBack(this.model, purchase, BigInt(step.refunded), step.kind);
      await this.#database.takeBack(key, step.refunded, step.kind);
    }
  }

  async #directory(step: StepOf<'suspend' | 'reinstate' | 'join'>): Promise<void> {
    const command = memberOf(step, this.#cast);
    const ids = { organization: bareId(command.organization), user: bareId(command.member) };
    const { owner } = this.#stage;
    const answer =
      step.do === 'join'
        ? await putMember(owner, { ...ids, role: step.role })
        : await (step.do === 'suspend' ? suspendMember : reinstateMember)(owner, ids);
    const expected =
      step.do === 'join'
        ? join(this.model, { ...command, role: step.role })
        : (step.do === 'suspend' ? suspend : reinstate)(this.model, command);
    deepStrictEqual(answer.ok ? 'ok' : answer.refusal, expected);
  }

  async #settings(step: StepOf<'settings' | 'cap'>): Promise<void> {
    const pool = this.#cast.pools[step.pool]!;
    const organization = bareId(pool);
    const { owner } = this.#stage;
    if (step.do === 'settings') {
      const auto = { autoApproveBelow: step.below, autoApproveMonthly: step.monthly };
      const settings = { seatAllocation: step.seat, ...auto };
      this.model.settings.set(pool, settings);
      await setOrganizationSettings(owner, { organization, ...settings });
    } else if (step.percent === null) {
      this.model.caps.delete(pool);
      await deleteRule(owner, { organization, id: 'cap' });
    } else {
      this.model.caps.set(pool, step.percent);
      const terms = { kind: 'cap', sharePercent: step.percent } as const;
      await putRule(owner, { organization, id: 'cap', every: 'month', ...terms, startsNow: true });
    }
  }

  async #runRule(step: StepOf<'refill' | 'sweep-idle'>): Promise<void> {
    const pool = this.model.wallets.get(this.#cast.pools[step.pool]!)!;
    const rule = {
      organization: bareId(pool.owner),
      id: this.#key(),
      every: 'week',
      startsNow: true,
    } as const;
    const terms =
      step.do === 'refill'
        ? ({ kind: 'refill', amount: step.amount } as const)
        : ({ kind: 'sweep', idleDays: step.days } as const);
    const key = await this.#database.runRule(this.#stage.owner, { ...rule, ...terms });
    deepStrictEqual(key === null, pool.closed !== null);
    if (key === null) return;
    if (step.do === 'refill') {
      const before = this.model.allocations.length;
      refill(this.model, key, pool, step.amount);
      if (this.model.allocations.length > before) await this.#database.noteAllocation(key);
    } else {
      sweepIdle(this.model, key, pool, step.days);
    }
  }

  async #limit({ who, limit }: StepOf<'limit'>): Promise<void> {
    const wallet = this.#cast.owners[who]!;
    const model = this.model.wallets.get(wallet)!;
    if (model.closed === null) model.overdraftLimit = limit;
    const changed = await setOverdraftLimit(this.#stage.owner, { wallet, limit });
    deepStrictEqual(changed, model.closed === null);
  }

  async #landing({ who, limit }: StepOf<'landing'>): Promise<void> {
    const wallet = this.#cast.owners[who]!;
    const model = this.model.wallets.get(wallet)!;
    if (model.closed === null) model.softLandingLimit = limit;
    const changed = await setSoftLandingLimit(this.#stage.owner, { wallet, limit });
    deepStrictEqual(changed, model.closed === null);
  }

  async #budget(step: StepOf<'budget'>): Promise<void> {
    const terms = budgetOf(step, this.#cast, this.model.now);
    const answer = await putBudget(this.#stage.owner, {
      ...terms,
      key: terms.key === null ? null : this.#cast.key.id,
      activeFrom: step.beginsIn === null ? null : this.#database.at(terms.activeFrom),
    });
    deepStrictEqual(answer.ok ? 'ok' : answer.refusal, putModelBudget(this.model, terms));
  }

  async #endBudget({ budget, who }: StepOf<'end-budget'>): Promise<void> {
    const which = { id: this.#cast.budgets[budget]!, wallet: this.#cast.owners[who]! };
    deepStrictEqual(await deleteBudget(this.#stage.owner, which), endBudget(this.model, which));
  }

  async #travel(hours: number): Promise<void> {
    const pages = pagesIn(hours);
    for (const period of BUDGET_PERIODS) this.model.calendar[period] += pages[period];
    await travel(this.#stage.owner, this.#cast.owners, hours);
    await turnPages(this.#stage.owner, this.#cast.owners, pages);
  }

  #key(): string {
    this.#keys += 1;
    return `${this.#prefix}-0000-4000-8000-${this.#keys.toString(16).padStart(12, '0')}`;
  }
}

/** Calendar months from an instant, clamped to the month's end, as milliseconds. */
function lengthOfMonths(from: number, months: number): number {
  const end = new Date(from);
  const day = end.getUTCDate();
  end.setUTCMonth(end.getUTCMonth() + months);
  if (end.getUTCDate() !== day) end.setUTCDate(0);
  return end.getTime() - from;
}

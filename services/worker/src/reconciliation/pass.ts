import { isTransientDatabaseError, type Finding } from '@bursar/ledger/operations';
import { isKeyRefused, isTransientPaymentError } from '@bursar/payments';
import type { ListedMove, ListedSession, StripeLists, TimeWindow } from '@bursar/payments';
import type { WorkerContext } from '../worker-context.ts';

/** What a pass of one run works with. */
export interface Scope {
  context: WorkerContext;
  /** Within the run's budget of calls. */
  stripe: StripeLists;
  window: TimeWindow;
  /** The light run, every few minutes, asks for less than the nightly one. */
  isLight: boolean;
  /** Checkout sessions of every kind that were made within the window, asked for once. */
  sessions(): Promise<ListedSession[]>;
  /** Everything that moved on Stripe's balance within the window, asked for once. */
  balanceMoves(): Promise<ListedMove[]>;
  /** For reading single objects, which count against the budget, too. */
  call<Value>(ask: () => Promise<Value>): Promise<Value>;
  /** Subjects of this pass with open cases; they are judged again, however old they are. */
  openSubjects: readonly string[];
  /** Objects of Stripe's that this run has findings about: a later pass need not find them again. */
  explained: Set<string>;
}

/** What a pass saw and what it found. */
export interface Examination {
  findings: Finding[];
  /** Every subject that was judged; open cases of those without a finding are closed. */
  judged: readonly string[];
  /** How many objects of which kind. */
  seen: Record<string, number>;
  /** What could not be judged; the run is then partial, unless it has failed for long. */
  failures: { subject: string; reason: string; lasting: boolean }[];
}

/** `reported`: something was prepared, and a person decides. */
export type RepairResult = { result: 'repaired' | 'failed' | 'reported'; detail: string };

/**
 * One comparison of Stripe with the ledger. It reads lists, judges them without side effects, and
 * repairs through the handlers that webhooks use, so that a second run finds nothing to repair.
 */
export interface Pass {
  name: string;
  /** The light run looks at what changes by the minute. */
  runs: 'always' | 'full';
  examine(scope: Scope): Promise<Examination>;
  /** Only for findings of classes that repair themselves; what throws may have moved something. */
  repair?(scope: Scope, finding: Finding): Promise<RepairResult>;
  /** Whether nothing but a person's word is missing, so that a repair cannot move anything. */
  awaitsDecision?(finding: Finding): boolean;
}

/** Asks for one object at a time; a failure stays with its object. */
export async function eachAlone<Subject, Value>(
  subjects: readonly Subject[],
  nameOf: (subject: Subject) => string,
  ask: (subject: Subject) => Promise<Value>,
  failures: Examination['failures'],
): Promise<Value[]> {
  const values: Value[] = [];
  for (const subject of subjects) {
    try {
      values.push(await ask(subject));
    } catch (error) {
      if (isRunOver(error)) throw error;
      failures.push({
        subject: nameOf(subject),
        reason: reasonOf(error),
        lasting: isLasting(error),
      });
    }
  }
  return values;
}

/** One sentence of an error; its further lines are advice for developers. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.split('\n')[0]?.slice(0, REASON_MAX) ?? '';
  return isKeyRefused(error) ? `${KEY_REFUSED} Stripe says: ${reason}` : reason;
}

const REASON_MAX = 300;
/** What every reason begins with that only the operator can take away. */
export const KEY_REFUSED =
  'Stripe refuses the secret key or what it is asked for: set STRIPE_SECRET_KEY to a key that is valid and may do this.';

/**
 * A failure that is about its object, and not an outage that passes by itself. A key that Stripe
 * refuses is about no object: good cases must not be given up for it.
 */
export const isLasting = (error: unknown): boolean =>
  !isKeyRefused(error) && !isTransientPaymentError(error) && !isTransientDatabaseError(error);

const isRunOver = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ApiBudgetSpent';

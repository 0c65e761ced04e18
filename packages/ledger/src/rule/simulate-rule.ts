import type { RuleCycle } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';
import type { RuleTerms } from './rules.ts';

/** What a rule would have done when a period began. */
export interface SimulatedPeriod {
  /** First day, `YYYY-MM-DD` in UTC. */
  period: string;
  /** It would have moved so much, waited for a pool that could not pay, or (a cap) refused so much. */
  outcome: 'move' | 'wait' | 'refuse';
  members: number;
  /** Micro-credits. */
  amount: bigint;
}

/** Replays a rule over the last periods, this one included; nothing moves. The organization is a bare id. */
export async function simulateRule(
  db: Database,
  organization: string,
  every: RuleCycle,
  terms: RuleTerms,
  periods: number,
): Promise<SimulatedPeriod[]> {
  const amount = terms.kind === 'refill' ? terms.amount.toString() : null;
  const share = terms.kind === 'cap' ? terms.sharePercent : null;
  const idle = terms.kind === 'sweep' ? terms.idleDays : null;
  return db<SimulatedPeriod[]>`
    select s.period::text as period, s.outcome, s.members, s.amount
    from bursar.simulate_rule(
      ${organization}, ${terms.kind}::bursar.rule_kind, ${every}::bursar.rule_cycle, ${amount}::text::bigint,
      ${share}::integer, ${idle}::integer, ${periods}::integer) s`;
}

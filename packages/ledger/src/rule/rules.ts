import type { RuleCycle } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** A standing rule; `organization` is a bare id, amounts are micro-credits. */
export type Rule = {
  organization: string;
  id: string;
  every: RuleCycle;
  /** Runs in the current period already; else from the next one on. */
  startsNow: boolean;
} & RuleTerms;

export type RuleTerms =
  /** Brings each member's unspent allocated credits up to this much. */
  | { kind: 'refill'; amount: bigint }
  /** No member receives more than this share of the pool. */
  | { kind: 'cap'; sharePercent: number }
  /** Takes back what lay unspent for so many days when a period ends. */
  | { kind: 'sweep'; idleDays: number };

/** Makes a rule or changes it; answers whether it is new, `null` when there is no such organization. */
export async function putRule(db: Database, rule: Rule): Promise<{ created: boolean } | null> {
  const amount = rule.kind === 'refill' ? rule.amount.toString() : null;
  const share = rule.kind === 'cap' ? rule.sharePercent : null;
  const idle = rule.kind === 'sweep' ? rule.idleDays : null;
  const [row] = await db<[{ created: boolean | null }]>`
    select bursar.put_rule(
      ${rule.organization}, ${rule.id}, ${rule.kind}::bursar.rule_kind, ${rule.every}::bursar.rule_cycle,
      ${amount}::text::bigint, ${share}::integer, ${idle}::integer, ${rule.startsNow}) as created`;
  return row.created === null ? null : { created: row.created };
}

/** Ends a rule; what it did stays. Answers whether there was one. */
export async function deleteRule(
  db: Database,
  rule: { organization: string; id: string },
): Promise<boolean> {
  const [row] = await db<[{ found: boolean }]>`
    select bursar.delete_rule(${rule.organization}, ${rule.id}) as found`;
  return row.found;
}

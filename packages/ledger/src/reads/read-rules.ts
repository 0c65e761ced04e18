import type { RuleCycle, RuleKind } from '@bursar/contracts';
import type { Database } from '../database/connect.ts';

/** A standing rule; amounts are micro-credits, days are `YYYY-MM-DD` in UTC. */
export interface RuleView {
  id: string;
  kind: RuleKind;
  every: RuleCycle;
  amount: bigint | null;
  sharePercent: number | null;
  idleDays: number | null;
  startsOn: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What a rule did in a period. */
export interface RuleRunView {
  period: string;
  status: 'delayed' | 'done' | 'missed';
  required: bigint | null;
  available: bigint | null;
  /** What it handed out or took back. */
  moved: bigint;
  members: number;
  allocation: string | null;
}

/** The rules of an organization (a bare id), or the one of this id. */
export async function listRules(
  db: Database,
  organization: string,
  id: string | null = null,
): Promise<RuleView[]> {
  return db<RuleView[]>`
    select
      r.id,
      r.kind,
      r.every,
      r.amount,
      r.share_percent as "sharePercent",
      r.idle_days as "idleDays",
      r.starts_on::text as "startsOn",
      r.created_at as "createdAt",
      r.updated_at as "updatedAt"
    from bursar.rules r
    where r.organization_id = ${organization} and (${id}::text is null or r.id = ${id})
    order by r.id`;
}

/** The last two years' worth of monthly runs of a rule, the newest first. */
export async function listRuleRuns(
  db: Database,
  organization: string,
  id: string,
): Promise<RuleRunView[]> {
  return db<RuleRunView[]>`
    select
      x.period::text as period,
      x.status,
      x.required,
      x.available,
      coalesce(a.total, r.returned, 0)::bigint as moved,
      coalesce(a.recipients, r.members, 0) as members,
      a.id as allocation
    from bursar.rule_runs x
    left join bursar.allocations a on a.operation = x.operation
    left join bursar.recalls r on r.operation = x.operation
    where x.organization_id = ${organization} and x.rule_id = ${id}
    order by x.period desc
    limit 24`;
}

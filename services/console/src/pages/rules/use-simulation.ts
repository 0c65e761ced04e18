import { useState } from 'react';
import { runCommand } from '../../api/run-command.ts';
import { useOrganization } from '../../app/workspace.ts';
import { useAct } from '../../ui/confirm-dialog.tsx';
import type { RuleBody, RuleKind } from './rule.ts';

export interface Simulation {
  kind: RuleKind;
  periods: readonly {
    /** The first day. */
    period: string;
    outcome: string;
    members: number;
    amount: string;
  }[];
}

const PERIODS = 6;

/** Replays a rule over the past. Nothing moves, so it does not stand among what was asked for. */
export function useSimulation(rule: RuleBody | null) {
  const { id } = useOrganization();
  const wanted = JSON.stringify(rule);
  const [tried, setTried] = useState<{ rule: string; simulation: Simulation } | null>(null);
  const act = useAct(async () => {
    if (rule === null) return;
    const path = `/v1/organizations/${id}/rules/draft/simulate`;
    const command = { path, body: { rule, periods: PERIODS } };
    const { result } = await runCommand<{ simulation: Simulation }>(command, nothing);
    if (result !== null) setTried({ rule: wanted, simulation: result.simulation });
  }, nothing);
  // What was changed since was not tried.
  return { ...act, result: tried !== null && tried.rule === wanted ? tried.simulation : null };
}

const nothing = (): void => undefined;

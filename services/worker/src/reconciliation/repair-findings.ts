import { FINDING_CLASSES } from '@bursar/contracts';
import type { FindingResult, RecordedFinding } from '@bursar/ledger/operations';
import { isLasting, reasonOf, type Pass, type Scope } from './pass.ts';

/**
 * How many repairs a run may still make; at zero the rest of its findings waits for a person. What
 * is left to a person anyway takes none of it, or so many of those would stop every other repair.
 */
export interface RepairAllowance {
  left: number;
  tripped: boolean;
}

/** Repairs what may be repaired, one finding after the other; a failure stays with its finding. */
export async function repairFindings(
  pass: Pass,
  scope: Scope,
  findings: readonly RecordedFinding[],
  allowance: RepairAllowance,
): Promise<FindingResult[]> {
  const results: FindingResult[] = [];
  for (const finding of findings) {
    const isLeft = FINDING_CLASSES[finding.class].repair === 'manual';
    // What could not be read is tried again by the next run; what is parked waits for a change.
    const isTried = finding.result === 'reported' && finding.class !== 'NOT_JUDGED';
    if (pass.repair === undefined || isLeft || !isTried) continue;
    results.push({ caseId: finding.caseId, ...(await repairOne(pass, scope, finding, allowance)) });
  }
  return results;
}

async function repairOne(
  pass: Pass,
  scope: Scope,
  finding: RecordedFinding,
  allowance: RepairAllowance,
): Promise<Omit<FindingResult, 'caseId'>> {
  if (allowance.left === 0 && pass.awaitsDecision?.(finding) !== true) {
    allowance.tripped = true;
    const detail = 'The run had made as many repairs as one run may.';
    return { result: 'stopped', detail, lasting: false };
  }
  try {
    const { result, detail } = (await pass.repair?.(scope, finding)) ?? NOT_REPAIRED;
    if (result === 'repaired') take(allowance, finding);
    return { result, detail, lasting: true };
  } catch (error) {
    // It may have moved something before it failed.
    take(allowance, finding);
    const detail = `${finding.subject}: ${reasonOf(error)}`;
    return { result: 'failed', detail, lasting: isLasting(error) };
  }
}

/** Handling a missed event late is delivery and not a correction of what we did. */
function take(allowance: RepairAllowance, finding: RecordedFinding): void {
  if (finding.class !== 'MISSED_EVENT' && allowance.left > 0) allowance.left -= 1;
}

const NOT_REPAIRED = { result: 'failed', detail: 'The pass cannot repair.' } as const;

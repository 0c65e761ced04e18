import { matchPath } from './route.ts';

export const FAULT_KINDS = [
  '409',
  '429',
  '500-before',
  '500-after-commit',
  '500-stored',
  'reset-before',
  'reset-after-commit',
  'slow',
] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/** A failure that strikes the `nth` request from now on that matches, once. */
export interface Fault {
  /** `POST /v1/checkout/sessions`, `/v1/refunds/{id}`, `GET *` or `*`. */
  match: string;
  nth: number;
  kind: FaultKind;
  /** How long `slow` waits before the request executes. */
  delay_ms: number;
}

export interface FaultStatus extends Fault {
  seen: number;
  fired: boolean;
}

/** The failures that tests have asked for. */
export class FaultPlan {
  #faults: FaultStatus[] = [];

  add(fault: Fault): FaultStatus {
    const status = { ...fault, seen: 0, fired: false };
    this.#faults.push(status);
    return status;
  }

  list(): readonly FaultStatus[] {
    return this.#faults;
  }

  clear(): void {
    this.#faults = [];
  }

  /** Counts a request against every fault it matches and returns the first that strikes. */
  strike(method: string, path: string): Fault | undefined {
    let struck: Fault | undefined;
    for (const fault of this.#faults) {
      if (fault.fired || !matches(fault.match, method, path)) continue;
      fault.seen++;
      if (fault.seen < fault.nth || struck) continue;
      fault.fired = true;
      struck = fault;
    }
    return struck;
  }
}

function matches(pattern: string, method: string, path: string): boolean {
  const [first = '', second] = pattern.trim().split(/\s+/);
  const address = second ?? first;
  if (second !== undefined && first.toUpperCase() !== method) return false;
  if (address === '*') return true;
  if (address.endsWith('*')) return path.startsWith(address.slice(0, -1));
  return matchPath(address, path) !== undefined;
}

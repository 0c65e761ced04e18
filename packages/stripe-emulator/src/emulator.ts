import type { DeliveryEngine } from './delivery/delivery-engine.ts';
import type { DeliveryPlans } from './delivery/delivery-plans.ts';
import type { FaultPlan } from './protocol/faults.ts';
import type { Clock } from './state/clock.ts';
import type { SnapshotFile } from './state/snapshot-file.ts';
import type { Snapshot, State } from './state/state.ts';

/** The one version this emulator renders; requests and endpoints that pin another are refused. */
export const API_VERSION = '2026-10-28.endive';

/** The parts of a running emulator, handed to everything that acts on it. */
export interface Emulator {
  readonly state: State;
  /** The time of whatever is being dealt with: everybody's, or that of a test clock. */
  readonly clock: Clock;
  readonly everybodysClock: Clock;
  /** The times that stand still, by the ids of their test clocks. */
  readonly testClocks: Map<string, Clock>;
  readonly delivery: DeliveryEngine;
  readonly faults: FaultPlan;
  readonly plans: DeliveryPlans;
  /** States to return to, by the id that they were saved under; they do not outlive the process. */
  readonly savedStates: Map<string, Snapshot>;
  readonly snapshot: SnapshotFile;
  readonly log: (line: string) => void;
  /** Where it listens, such as `http://127.0.0.1:12111`; known once it does. */
  baseUrl: string;
}

/** Who set something off; events carry it as their `request`. */
export interface Cause {
  id: string | null;
  idempotency_key: string | null;
}

/** The cause of what happens by itself, such as the expiry of a session. */
export const BY_ITSELF: Cause = { id: null, idempotency_key: null };

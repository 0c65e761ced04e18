import type { Environment, Part } from '@bursar/service-host';
import type { StandaloneSettings } from './settings/standalone-settings.ts';

/** What every step of the start works with. */
export interface Boot {
  settings: StandaloneSettings;
  /** What the settings were read from; the services read theirs from it, too. */
  env: Environment;
  /** Hands in a part as soon as it runs; it is stopped in reverse order. */
  running: (part: Part) => void;
  /** Shows a person one line. */
  say: (line: string) => void;
  /** Something that is needed does not come back: says so and stops everything. */
  giveUp: (sentence: string) => void;
}

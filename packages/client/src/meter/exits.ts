import type { MeterOptions } from './meter-options.ts';

/** How a meter learns that its process is about to end. */
export interface Exits {
  /** @returns a function that stops watching. */
  watch(meter: {
    /** Nothing else is left to do; waiting keeps the process alive. */
    onIdle: () => Promise<void>;
    /** The very last moment, in which nothing can be waited for. */
    onExit: () => void;
    onSignal: () => Promise<void>;
    signals: NonNullable<MeterOptions['exitSignals']>;
  }): () => void;
}

export const NO_EXITS: Exits = { watch: () => () => undefined };

import { BursarError } from '../errors.ts';
import type { CallOptions, CommandOptions, Settings } from '../options.ts';
import type { CaptureInput, ExtensionInput, HoldInput } from '../types/inputs.ts';
import type { Succeeded } from '../types/operation.ts';
import type { CaptureResult, HoldResult, HoldState } from '../types/results.ts';
import { keepAlive } from './keep-alive.ts';
import type { HoldCommands } from './hold-commands.ts';
import { asyncDispose } from '../async-dispose.ts';

export interface OpenOptions extends Omit<CommandOptions, 'wait'> {
  /** Extend the hold again and again while its scope is open. */
  keepAlive?: boolean | undefined;
}

/** Credits that are set aside while work is under way. Leaving its scope frees what was not captured. */
export interface OpenHold {
  readonly id: string;
  /** As it was last seen. */
  readonly state: HoldState;
  /** Aborts when the hold cannot be kept alive any more; hand it to the work. */
  readonly signal: AbortSignal;
  /** Charges an amount, or all that is left, and frees the rest unless `final` is false. */
  capture(
    amount?: string | number | CaptureInput,
    options?: Omit<CommandOptions, 'wait'>,
  ): Promise<CaptureResult>;
  /** Makes it last for so many seconds from now; default: as long as it was asked for. */
  extend(
    extension?: Partial<ExtensionInput>,
    options?: Omit<CommandOptions, 'wait'>,
  ): Promise<HoldState>;
  /** Frees what was not captured. Repeating it is harmless. */
  release(options?: CallOptions): Promise<HoldState>;
  /** Ends the scope; never throws. `await using` and `holds.with` do this. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const EXPIRES_IN_DEFAULT = 900;
/** Leaving a scope must not hang on a server that is away; expiry frees the credits then. */
const CLOSE_LIMIT_MS = 5_000;

/** Places a hold, waits for it, and opens its scope. */
export async function openHold(
  settings: Settings,
  commands: HoldCommands,
  input: HoldInput,
  { keepAlive: keptAlive = false, ...options }: OpenOptions = {},
): Promise<OpenHold> {
  const placed: Succeeded<HoldResult> = await commands.place(input, { ...options, wait: true });
  return scopeOf(settings, commands, placed.result.hold, {
    expiresIn: input.expires_in ?? EXPIRES_IN_DEFAULT,
    keptAlive,
  });
}

function scopeOf(
  settings: Settings,
  commands: HoldCommands,
  first: HoldState,
  { expiresIn, keptAlive }: { expiresIn: number; keptAlive: boolean },
): OpenHold {
  let state = first;
  const { id } = first;
  const underWay = new Set<Promise<unknown>>();
  /** A capture whose outcome is unknown may have to be repeated, and a released hold refuses that. */
  let captureInDoubt = false;
  const lost = new AbortController();

  /** Closing waits for what the body did not wait for. */
  const track = <Value>(work: Promise<Value>): Promise<Value> => {
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    underWay.add(settled);
    void settled.then(() => underWay.delete(settled));
    return work;
  };

  const capture = async (
    input: CaptureInput,
    options?: Omit<CommandOptions, 'wait'>,
  ): Promise<CaptureResult> => {
    try {
      const { result } = await commands.capture(id, input, { ...options, wait: true });
      state = result.hold;
      captureInDoubt = false;
      return result;
    } catch (error) {
      captureInDoubt = error instanceof BursarError && error.creditsMoved === 'unknown';
      throw error;
    }
  };

  const extend: OpenHold['extend'] = async (extension, options) => {
    const input = { expires_in: expiresIn, ...extension };
    const { result } = await commands.extend(id, input, { ...options, wait: true });
    state = result.hold;
    return state;
  };

  // The same key whoever releases: it is one release, however often it is asked for.
  const release: OpenHold['release'] = async (options) => {
    const key = { idempotencyKey: `release-${id}` };
    const { result } = await commands.release(id, { ...options, ...key, wait: true });
    state = result.hold;
    return state;
  };

  const beat = keptAlive
    ? keepAlive(
        expiresIn,
        () => extend(),
        settings.logger,
        (error) => lost.abort(error),
      )
    : null;
  let closing: Promise<void> | null = null;
  const end = async (): Promise<void> => {
    beat?.stop();
    await Promise.all(underWay);
    if (state.status !== 'open' || captureInDoubt) return;
    try {
      await release({ deadlineMs: CLOSE_LIMIT_MS });
    } catch (error) {
      // Thrown from here it would hide the error of the body; the server frees the credits at expiry.
      settings.logger.warn('A hold was not released and is left to its expiry', {
        hold: id,
        expires_at: state.expires_at,
        error: String(error),
      });
    }
  };
  const close = (): Promise<void> => (closing ??= end());
  return {
    id,
    get state() {
      return state;
    },
    signal: lost.signal,
    capture: (amount, options) =>
      track(capture(typeof amount === 'object' ? amount : amountOf(amount), options)),
    extend: (extension, options) => track(extend(extension, options)),
    release: (options) => track(release(options)),
    close,
    [asyncDispose]: close,
  };
}

const amountOf = (amount: string | number | undefined): CaptureInput =>
  amount === undefined ? {} : { amount };

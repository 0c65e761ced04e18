const TIMER_MAX_MS = 2 ** 31 - 1;

interface Appointment {
  atMs: number;
  run: () => void | Promise<void>;
}

/**
 * The emulator's own time: the wall clock plus however far tests have advanced it. Whatever
 * happens later (expiry of a session, a webhook retry) is an appointment; advancing keeps every
 * appointment on the way at its own time, so their order and their timestamps are those of a real
 * wait.
 */
export class Clock {
  readonly #onError: (error: unknown) => void;
  #offsetMs = 0;
  /** Where time stands still; undefined while it runs. */
  #frozenAtMs: number | undefined;
  /** Sorted by time; equal times keep the order in which they were made. */
  #appointments: Appointment[] = [];
  #timer: NodeJS.Timeout | undefined;
  #advancing: Promise<void> = Promise.resolve();

  /**
   * `onError` hears of an appointment that threw; the others are kept all the same. Time stands
   * still at `frozenAtMs`, if it is given.
   */
  constructor(onError: (error: unknown) => void, frozenAtMs?: number) {
    this.#onError = onError;
    this.#frozenAtMs = frozenAtMs;
  }

  get offsetMs(): number {
    return this.#frozenAtMs === undefined ? this.#offsetMs : this.#frozenAtMs - Date.now();
  }

  get isFrozen(): boolean {
    return this.#frozenAtMs !== undefined;
  }

  nowMs(): number {
    return this.#frozenAtMs ?? Date.now() + this.#offsetMs;
  }

  /** Stops time; from now on only `advance` and `advanceTo` move it. */
  freeze(): void {
    this.#frozenAtMs ??= this.nowMs();
    clearTimeout(this.#timer);
  }

  /** Lets time run again, from where it stood. */
  thaw(): void {
    this.#offsetMs = this.offsetMs;
    this.#frozenAtMs = undefined;
    this.#arm();
  }

  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1000);
  }

  /** Calls `run` once when the emulator's time reaches `atMs`; soon, if that has passed. */
  at(atMs: number, run: () => void | Promise<void>): void {
    const index = this.#appointments.findLastIndex((other) => other.atMs <= atMs);
    this.#appointments.splice(index + 1, 0, { atMs, run });
    this.#arm();
  }

  /** Moves time forward and resolves when everything that fell due on the way is done. */
  advance(seconds: number): Promise<void> {
    this.#advancing = this.#advancing.then(() => this.#advanceTo(this.nowMs() + seconds * 1000));
    return this.#advancing;
  }

  /** The same, to a moment; one that has passed changes nothing. */
  advanceTo(atMs: number): Promise<void> {
    this.#advancing = this.#advancing.then(() => this.#advanceTo(atMs));
    return this.#advancing;
  }

  restore(offsetMs: number): void {
    this.#frozenAtMs = undefined;
    this.#offsetMs = offsetMs;
  }

  /** Forgets every appointment; the emulator has stopped or starts afresh. */
  clear(): void {
    this.#appointments = [];
    clearTimeout(this.#timer);
  }

  async #advanceTo(targetMs: number): Promise<void> {
    for (;;) {
      const next = this.#appointments[0];
      if (!next || next.atMs > targetMs) break;
      this.#appointments.shift();
      this.#moveTo(next.atMs);
      await this.#keep(next);
    }
    this.#moveTo(targetMs);
    this.#arm();
  }

  /** Forward only: an appointment that is overdue does not turn time back. */
  #moveTo(atMs: number): void {
    if (this.#frozenAtMs !== undefined) this.#frozenAtMs = Math.max(this.#frozenAtMs, atMs);
    else this.#offsetMs = Math.max(this.#offsetMs, atMs - Date.now());
  }

  #arm(): void {
    clearTimeout(this.#timer);
    const next = this.#appointments[0];
    if (!next || this.isFrozen) return;
    const waitMs = Math.min(Math.max(0, next.atMs - this.nowMs()), TIMER_MAX_MS);
    this.#timer = setTimeout(() => this.#runDue(), waitMs).unref();
  }

  #runDue(): void {
    while (this.#appointments[0] && this.#appointments[0].atMs <= this.nowMs()) {
      const due = this.#appointments.shift();
      if (due) void this.#keep(due);
    }
    this.#arm();
  }

  async #keep(appointment: Appointment): Promise<void> {
    try {
      await appointment.run();
    } catch (error) {
      this.#onError(error);
    }
  }
}

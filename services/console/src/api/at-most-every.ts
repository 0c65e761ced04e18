export interface Throttled {
  (): void;
  /** Forgets a call that waits. */
  cancel: () => void;
}

/** Does the work at once, and again after so many milliseconds if it was asked for meanwhile. */
export function atMostEvery(ms: number, work: () => void): Throttled {
  let pause: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const doNow = (): void => {
    again = false;
    pause = setTimeout(() => {
      pause = undefined;
      if (again) doNow();
    }, ms);
    work();
  };
  const throttled = (): void => {
    if (pause === undefined) doNow();
    else again = true;
  };
  const cancel = (): void => {
    again = false;
  };
  return Object.assign(throttled, { cancel });
}

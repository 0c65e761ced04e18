export interface HealthCheck {
  name: string;
  /** Rejects when the part cannot do its work. */
  check(): Promise<unknown>;
}

export interface HealthReport {
  ready: boolean;
  checks: { name: string; ok: boolean; reason?: string }[];
}

const CHECK_MS = 2_000;

/** Readiness of a process: all of its checks pass within two seconds and it is not draining. */
export function createHealth(checks: readonly HealthCheck[]) {
  let draining = false;
  return {
    /** From now on this process is not ready; load balancers send their requests elsewhere. */
    drain(): void {
      draining = true;
    },
    async report(): Promise<HealthReport> {
      const results = await Promise.all(checks.map(runCheck));
      if (draining)
        results.push({ name: 'draining', ok: false, reason: 'the process is stopping' });
      return { ready: results.every((result) => result.ok), checks: results };
    },
  };
}

export type Health = ReturnType<typeof createHealth>;

async function runCheck(check: HealthCheck): Promise<HealthReport['checks'][number]> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error('no answer in time')), CHECK_MS);
  try {
    await Promise.race([check.check(), limit.promise]);
    return { name: check.name, ok: true };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name: check.name, ok: false, reason };
  } finally {
    clearTimeout(timer);
  }
}

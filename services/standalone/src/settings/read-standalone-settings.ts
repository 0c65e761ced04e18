import { readIngressSettings } from '@bursar/ingress';
import { queueSettings } from '@bursar/queues';
import { readSettings, SettingsError, type Environment } from '@bursar/service-host';
import { WorkerSettings } from '@bursar/worker';
import { contradictions, RawSettings, StandaloneSettings } from './standalone-settings.ts';

/** Stand-ins for what we hand to the services ourselves, so that they judge the rest. */
const HANDED_OVER = {
  PORT: '1',
  HOST: '127.0.0.1',
  DATABASE_URL: 'postgres://localhost/bursar',
  PUBLIC_URL: 'http://localhost',
  STRIPE_SECRET_KEY: 'sk_test_handed_over',
  STRIPE_API_URL: 'http://localhost',
  STRIPE_WEBHOOK_SECRETS: 'whsec_handed_over',
  STRIPE_LIVEMODE: '0',
  SMTP_URL: 'smtp://localhost',
  MAIL_CATCHER_URL: 'http://localhost',
  BURSAR_SECRET: 'handed-over-secret-of-32-characters',
  BURSAR_OPERATOR_KEY: 'handed-over-operator-key',
};

/**
 * Reads our settings and judges those of the services, too: one start shows every fault.
 *
 * @throws SettingsError with all faults of all processes together.
 */
export function readStandaloneSettings(env: Environment): StandaloneSettings {
  const faults = new Map<string, string>();
  // The same setting is often read by several processes; their words for it differ, one is enough.
  const add = (fault: string): void => {
    const name = fault.split(':', 1)[0] ?? fault;
    if (!faults.has(name)) faults.set(name, fault);
  };
  const collect = <Read>(read: () => Read): Read | undefined => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      error.faults.forEach(add);
      return undefined;
    }
  };
  const settings = collect(() => readSettings(StandaloneSettings, env));
  const raw = collect(() => readSettings(RawSettings, env));
  if (raw !== undefined) {
    contradictions(raw, env['NODE_ENV']).forEach(add);
    collect(() => judgeRedisUrl(raw.REDIS_URL));
  }
  const services = { ...env, ...handOver(HANDED_OVER) };
  // How people reach us decides whether they may sign in so.
  if (raw?.PUBLIC_URL !== undefined) services.PUBLIC_URL = raw.PUBLIC_URL;
  // The development provider takes its operators from here, too.
  if (raw?.OIDC_ISSUER === undefined) delete services.OPERATORS;
  collect(() => readIngressSettings(services));
  collect(() => readSettings(WorkerSettings, services));
  if (settings !== undefined && faults.size === 0) return settings;
  throw new SettingsError([...faults.values()]);
}

/** A value that we hand over replaces one that the environment names a file for. */
export function handOver(
  values: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const files = Object.keys(values).map((name) => [`${name}_FILE`, undefined]);
  return { ...values, ...Object.fromEntries(files) };
}

function judgeRedisUrl(redisUrl: string | undefined): void {
  try {
    queueSettings({ redisUrl, databaseUrl: HANDED_OVER.DATABASE_URL });
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    throw new SettingsError([fault.replace(/^REDIS_URL /, 'REDIS_URL: ')]);
  }
}

import { pino, stdSerializers, type Logger } from 'pino';

export type { Logger };

/** Where secrets and personal data could hide in what is logged. */
const REDACTED = [
  'authorization',
  'cookie',
  'token',
  'secret',
  'password',
  'email',
  'key',
  'signature',
];

const PATHS = REDACTED.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]).concat([
  'req.headers.authorization',
  'req.headers.cookie',
  'req.headers["stripe-signature"]',
  'req.headers["idempotency-key"]',
]);

/**
 * JSON lines on standard output. Operation ids and job ids identify what happened; payloads, bound
 * values, keys and addresses are never written.
 */
export function createLogger(name: string, level = 'info'): Logger {
  return pino({
    name,
    level,
    base: { name },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: PATHS, censor: '[redacted]' },
    serializers: { error: stdSerializers.err, err: stdSerializers.err },
  });
}

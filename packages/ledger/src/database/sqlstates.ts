/** SQLSTATEs after which the same transaction may succeed when it is tried again. */
const RETRIED = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled: our own statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now
  '53300', // too_many_connections
  '53100', // disk_full: an operator makes room, the job waits
  '53200', // out_of_memory
  '25P03', // idle_in_transaction_session_timeout
]);

const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
]);

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Whether the transaction itself lost a race and may be run again at once. */
export const isContention = (error: unknown): boolean =>
  ['40001', '40P01', '55P03'].includes(codeOf(error));

/**
 * Whether an error is an outage rather than a verdict: the same work may succeed later.
 * Every SQLSTATE of class 08 (connection exceptions) counts.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  const code = codeOf(error);
  return RETRIED.has(code) || CONNECTION_CODES.has(code) || /^08\w{3}$/.test(code);
}

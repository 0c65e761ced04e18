const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** Whether the transaction itself lost a race and may be run again at once. */
export const isContention = (error: unknown): boolean =>
  ['40001', '40P01', '55P03'].includes(codeOf(error)) || isKeyRace(error);

/** Two batches used one key for different wallets at the same moment; the repeated one finds the key taken. */
const isKeyRace = (error: unknown): boolean =>
  codeOf(error) === '23505' &&
  error instanceof Error &&
  'constraint_name' in error &&
  error.constraint_name === 'operations_pkey';

/**
 * Classes of SQLSTATE that are a verdict on the data or on our own code, whatever the state of the
 * server: bad data (22), broken constraints (23), failed asserts and raised errors (P0). Repeating
 * the same statement with the same values fails the same way.
 */
const VERDICTS = /^(22|23|P0)/;
const SQLSTATE = /^[0-9A-Z]{5}$/;
const DRIVER = /^(CONNECT|CONNECTION)_[A-Z_]+$/;

/**
 * Whether an error is an outage rather than a verdict: the same work may succeed later. Everything
 * the server says about itself counts, such as a failover, a full disk or a function that a running
 * migration is replacing, and so does every failure of the network.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  const code = codeOf(error);
  if (DRIVER.test(code) || isContention(error)) return true;
  if (error instanceof Error && 'syscall' in error) return true;
  return SQLSTATE.test(code) && !/^E[A-Z]{4}$/.test(code)
    ? !VERDICTS.test(code)
    : isNetworkCode(code);
}

/** Node's names for network failures, where the error does not say which call failed. */
const isNetworkCode = (code: string): boolean =>
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'ENETUNREACH',
    'EHOSTUNREACH',
  ].includes(code);

import { IdempotencyKey } from '@bursar/contracts';
import { problem, type Problem } from '../problems/problem.ts';

export type ParsedKey = { kind: 'key'; value: string } | { kind: 'absent' } | Problem;

/**
 * Reads the Idempotency-Key header: bare, or as a structured-field string in quotes
 * (draft-ietf-httpapi-idempotency-key-header). Both spellings name the same key.
 */
export function parseIdempotencyKey(header: string | undefined): ParsedKey {
  if (header === undefined || header.trim() === '') return { kind: 'absent' };
  const text = header.trim();
  const quoted = /^"((?:[^"\\]|\\["\\])*)"$/.exec(text)?.[1];
  const value = quoted === undefined ? text : quoted.replaceAll(/\\(["\\])/g, '$1');
  if (IdempotencyKey.safeParse(value).success) return { kind: 'key', value };
  return problem(
    'invalid_request',
    'Send an Idempotency-Key of 1 to 255 visible ASCII characters.',
    {
      errors: [{ parameter: 'Idempotency-Key', message: 'must be 1 to 255 visible characters' }],
    },
  );
}

/** The refusal of a command that came without a key. */
export const idempotencyKeyMissing = (): Problem =>
  problem(
    'idempotency_key_missing',
    'Send an Idempotency-Key header with a value of your own, and the same one when you repeat this request.',
  );

/** The key of a command that is idempotent by its address. No caller can send the same: it has a space. */
export const derivedKey = (name: string): string => `derived ${name}`;

import { hash } from 'node:crypto';
import { hexToUuid } from '@bursar/contracts';

export interface CanonicalRequest {
  method: string;
  /** The route's template, e.g. `/v1/holds/{id}/capture`. */
  route: string;
  params: Readonly<Record<string, string>>;
  /** The parsed body: spellings that mean the same (`"5"`, `5`, `"5.0"`) have one value. */
  body: unknown;
}

/**
 * Two requests mean the same exactly when their hashes are equal: SHA-256 over the command with
 * sorted keys, cut to 128 bits and spelt as a UUID. `preview` asks about a command and is no part of it.
 */
export function requestHash(request: CanonicalRequest): string {
  const command =
    typeof request.body === 'object' && request.body !== null
      ? { ...request.body, preview: undefined }
      : request.body;
  const text = [request.method, request.route, canonical(request.params), canonical(command)];
  const digest = hash('sha256', text.join('\n'), 'hex');
  return hexToUuid(digest.slice(0, 32));
}

function canonical(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`);
  return `{${fields.join()}}`;
}

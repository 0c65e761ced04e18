import type Stripe from 'stripe';
import type { Field } from './fields.ts';
import { invalidRequest } from './stripe-error.ts';

const KEYS_MAX = 50;
const KEY_LENGTH_MAX = 40;
const VALUE_LENGTH_MAX = 500;

/** A change of metadata: `null` clears everything, an empty value removes its key. */
export type MetadataChange = Record<string, string> | null;

export function metadata(): Field<MetadataChange> {
  return {
    read(value, path) {
      if (value === '') return null;
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Metadata must be a hash of text values.', path);
      const change: Record<string, string> = {};
      for (const [key, item] of Object.entries(value)) {
        const name = `${path}[${key}]`;
        if (typeof item !== 'string')
          throw invalidRequest('Metadata values must be strings.', name);
        if (key.length > KEY_LENGTH_MAX)
          throw invalidRequest(
            `Metadata keys can have up to ${KEY_LENGTH_MAX} characters, but '${key}' has ${key.length}.`,
            name,
          );
        if (item.length > VALUE_LENGTH_MAX)
          throw invalidRequest(
            `Metadata values can have up to ${VALUE_LENGTH_MAX} characters, but you passed in a value that is ${item.length} characters.`,
            name,
          );
        change[key] = item;
      }
      return change;
    },
  };
}

/** The metadata after a change; `change` undefined leaves it as it is. */
export function mergeMetadata(
  current: Stripe.Metadata,
  change: MetadataChange | undefined,
  path = 'metadata',
): Stripe.Metadata {
  if (change === undefined) return current;
  if (change === null) return {};
  const kept = Object.entries({ ...current, ...change }).filter(([, value]) => value !== '');
  if (kept.length > KEYS_MAX)
    throw invalidRequest(
      `Metadata can have up to ${KEYS_MAX} keys, but you passed in ${kept.length}.`,
      path,
    );
  return Object.fromEntries(kept);
}

import { BATCH_ITEMS_MAX } from '@bursar/contracts';
import { problem, type Problem } from '../problems/problem.ts';

/** The events of a request, unchecked; `single` when it can carry only one. */
export interface SentEvents {
  kind: 'events';
  single: boolean;
  events: readonly unknown[];
}

interface Message {
  header: (name: string) => string | undefined;
  body: unknown;
}

const ATTRIBUTES = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'dataschema',
  'onbehalfof',
];

/**
 * Finds the events of a request in each content mode of the CloudEvents HTTP binding: a batch, binary
 * (attributes in `ce-` headers, data in the body) or structured. Plain JSON is read as what it holds.
 */
export function readEvents(message: Message): SentEvents | Problem {
  const type = message.header('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  const inBody = type?.startsWith('application/cloudevents') === true;
  if (!inBody && message.header('ce-specversion') !== undefined) return readBinary(message);
  if (!Array.isArray(message.body) && type !== 'application/cloudevents-batch+json') {
    return { kind: 'events', single: true, events: [message.body] };
  }
  return readBatch(message.body);
}

function readBatch(body: unknown): SentEvents | Problem {
  const events: unknown[] | null = Array.isArray(body) ? body : null;
  if (events === null || events.length === 0 || events.length > BATCH_ITEMS_MAX) {
    const message = `must be a list of 1 to ${BATCH_ITEMS_MAX} events`;
    return problem(
      'invalid_request',
      `The body ${message}; no credits moved. ${events === null ? 'Send a JSON array' : 'Split the batch'}.`,
      {
        errors: [{ pointer: '', message }],
      },
    );
  }
  return { kind: 'events', single: false, events };
}

function readBinary({ header, body }: Message): SentEvents | Problem {
  const event: Record<string, unknown> = { data: body };
  for (const name of ATTRIBUTES) {
    const text = header(`ce-${name}`);
    if (text === undefined) continue;
    const value = decode(text);
    if (value === null) {
      const message = 'is not percent-encoded UTF-8';
      return problem('invalid_request', `The header ce-${name} ${message}. Encode "%" as "%25".`, {
        errors: [{ parameter: `ce-${name}`, message }],
      });
    }
    event[name] = value;
  }
  return { kind: 'events', single: true, events: [event] };
}

/** Header values are percent-encoded where they are not visible ASCII. */
function decode(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

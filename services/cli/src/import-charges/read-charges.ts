import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { ChargeBatchItem, issueInWords } from '@bursar/contracts';
import type { z } from 'zod';
import { LINE_BYTES_MAX, readLines, type Line } from './read-lines.ts';

/** A charge as it is sent: as it stood in the file, with its key. */
export interface ImportedCharge {
  line: number;
  key: string;
  body: object;
  /** As JSON, in bytes. */
  bytes: number;
}

export type ReadCharge =
  | { kind: 'charge'; charge: ImportedCharge; bytesRead: number }
  | { kind: 'invalid'; line: number; key: string | null; errors: string[]; bytesRead: number };

/** Reads one charge a line and checks it as the API would; blank lines are passed over. */
export async function* readCharges(
  path: string,
  options: { deriveKeys: boolean },
): AsyncGenerator<ReadCharge> {
  const prefix = options.deriveKeys ? `import-${await fileHash(path)}` : null;
  for await (const line of readLines(path)) {
    if (line.text?.trim() === '') continue;
    yield readCharge(line, prefix);
  }
}

function readCharge(line: Line, prefix: string | null): ReadCharge {
  const refuse = (key: string | null, ...errors: string[]): ReadCharge => {
    return { kind: 'invalid', line: line.number, key, errors, bytesRead: line.bytesRead };
  };
  if (line.text === null) return refuse(null, `is longer than ${LINE_BYTES_MAX} bytes`);
  const value = parseJson(line.text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refuse(null, 'is not a JSON object');
  }
  const derived = prefix === null ? {} : { idempotency_key: `${prefix}-${line.number}` };
  const body = { ...derived, ...value };
  const parsed = ChargeBatchItem.safeParse(body, { reportInput: false });
  if (!parsed.success)
    return refuse(keyOf(body), ...parsed.error.issues.map((issue) => asText(body, issue)));
  const charge = {
    line: line.number,
    key: parsed.data.idempotency_key,
    body,
    bytes: Buffer.byteLength(JSON.stringify(body)),
  };
  return { kind: 'charge', charge, bytesRead: line.bytesRead };
}

/** `undefined` for what is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function keyOf(body: object): string | null {
  const key: unknown = Reflect.get(body, 'idempotency_key');
  return typeof key === 'string' ? key.slice(0, 300) : null;
}

/** As the API says it; the line is JSON, so what is undefined is not there. */
const asText = (body: object, issue: z.core.$ZodIssue): string => {
  const [name, ...inside] = issue.path;
  const missing =
    name !== undefined && inside.length === 0 && Reflect.get(body, name) === undefined;
  return [...issue.path.map(String), missing ? 'is required' : issueInWords(issue)].join(' ');
};

/** Enough of a SHA-256 that no two files share it. */
async function fileHash(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex').slice(0, 32);
}

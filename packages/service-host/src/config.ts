import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Every fault of the environment at once, each with how to mend it. Never contains a secret's value. */
export class SettingsError extends Error {
  override name = 'SettingsError';
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(
      [`${faults.length === 1 ? 'A setting needs' : `${faults.length} settings need`} mending:`]
        .concat(faults.map((fault) => `  - ${fault}`))
        .join('\n'),
    );
    this.faults = faults;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings of one process from its environment. An empty variable counts as unset; `X_FILE`
 * names a file that holds the value of `X`, which keeps secrets out of the environment.
 *
 * @throws SettingsError with all faults together.
 */
export function readSettings<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  env: Environment,
): z.output<z.ZodObject<Shape>> {
  const faults: string[] = [];
  const values: Record<string, string> = {};
  for (const key of Object.keys(schema.shape)) {
    const value = valueOf(key, env, faults);
    if (value !== undefined) values[key] = value;
  }
  const parsed = schema.safeParse(values);
  for (const issue of parsed.error?.issues ?? []) {
    faults.push(faultOf(issue, values));
  }
  if (parsed.success && faults.length === 0) return parsed.data;
  throw new SettingsError(faults);
}

/** The schema's own words, unless it has none for a variable that is missing. */
function faultOf(issue: z.core.$ZodIssue, values: Readonly<Record<string, string>>): string {
  const name = issue.path.join('.') || 'The settings';
  const missing = issue.code === 'invalid_type' && values[name] === undefined;
  const wordless = missing && issue.message.startsWith('Invalid input');
  return wordless ? `${name}: is not set; set it or ${name}_FILE` : `${name}: ${issue.message}`;
}

function valueOf(key: string, env: Environment, faults: string[]): string | undefined {
  const direct = env[key] || undefined;
  const path = env[`${key}_FILE`] || undefined;
  if (direct !== undefined && path !== undefined) {
    faults.push(`${key}: is set together with ${key}_FILE; keep one of them`);
  }
  if (path === undefined) return direct;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    faults.push(`${key}_FILE: the file ${path} cannot be read (${reasonOf(error)})`);
    return undefined;
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * Names in the environment that start like ours and that nothing reads: most likely a typing error.
 * `known` are the settings of all processes together.
 */
export function unknownSettings(env: Environment, known: readonly string[]): string[] {
  const names = new Set(known.flatMap((key) => [key, `${key}_FILE`]));
  return Object.keys(env).filter((key) => key.startsWith('BURSAR_') && !names.has(key));
}

/** Pieces that settings schemas are made of; each message says what to write. */
export const setting = {
  port: z
    .string()
    .regex(/^\d{1,5}$/, 'must be a port from 0 to 65535')
    .transform(Number)
    .refine((port) => port <= 65_535, 'must be a port from 0 to 65535'),
  /** A whole number within bounds. */
  integer: (min: number, max: number) =>
    z
      .string()
      .regex(/^\d{1,15}$/, `must be a whole number from ${min} to ${max}`)
      .transform(Number)
      .refine((n) => n >= min && n <= max, `must be a whole number from ${min} to ${max}`),
  flag: z.enum(['0', '1'], 'must be 0 or 1').transform((value) => value === '1'),
  url: (protocols: string[]) =>
    z.string().refine(
      (value) => {
        const url = URL.parse(value);
        return url !== null && protocols.includes(url.protocol.slice(0, -1));
      },
      `must be a URL that starts with ${protocols.map((p) => `${p}://`).join(' or ')}`,
    ),
  secret: z
    .string()
    .min(32, 'must have at least 32 characters; make one with `openssl rand -hex 32`'),
  list: z.string().transform((value) =>
    value
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
} as const;

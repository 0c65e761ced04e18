import type { FormObject, FormValue } from './decode-form.ts';
import { invalidRequest } from './stripe-error.ts';

/**
 * One documented parameter: how its form value becomes a typed value. `path` is the bracketed
 * name for error messages, such as `line_items[0][quantity]`. Reading throws a `StripeError`.
 */
export interface Field<T> {
  readonly read: (value: FormValue, path: string) => T;
  readonly isRequired?: boolean;
}

interface RequiredField<T> extends Field<T> {
  readonly isRequired: true;
}

export type Fields = Record<string, Field<unknown>>;

/** The typed parameters that a table of fields reads; whatever is not required may be absent. */
export type ParamsOf<F extends Fields> = {
  [K in keyof F as F[K] extends RequiredField<unknown> ? K : never]: F[K] extends Field<infer T>
    ? T
    : never;
} & {
  [K in keyof F as F[K] extends RequiredField<unknown> ? never : K]?:
    | (F[K] extends Field<infer T> ? T : never)
    | undefined;
};

/**
 * Reads a decoded form by its table of fields: every parameter must be documented there, every
 * required one present. `parent` is the bracketed name of the enclosing object, if any.
 */
export function readParams<F extends Fields>(
  fields: F,
  form: FormObject,
  parent = '',
): ParamsOf<F> {
  const name = (key: string): string => (parent ? `${parent}[${key}]` : key);
  const unknown = Object.keys(form).filter((key) => !Object.hasOwn(fields, key));
  if (unknown[0] !== undefined) throw unknownParameters(unknown.map(name));
  const params: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = form[key];
    if (value !== undefined) params[key] = field.read(value, name(key));
    else if (field.isRequired) throw missingParameter(name(key));
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the loop above read every field of F
  return params as ParamsOf<F>;
}

export function required<T>(field: Field<T>): RequiredField<T> {
  return { read: field.read, isRequired: true };
}

export function text(options: { max?: number } = {}): Field<string> {
  const max = options.max ?? 5_000;
  return {
    read(value, path) {
      if (typeof value !== 'string') throw invalidRequest(`Invalid string: ${path}`, path);
      if (value === '') throw emptyParameter(path);
      if (value.length > max)
        throw invalidRequest(`Invalid string: ${path} must be at most ${max} characters`, path);
      return value;
    },
  };
}

/** A parameter that may be sent empty to unset it; reads as `null` then. */
export function emptyable<T>(field: Field<T>): Field<T | null> {
  return { read: (value, path) => (value === '' ? null : field.read(value, path)) };
}

export function oneOf<const V extends string>(...values: V[]): Field<V> {
  return {
    read(value, path) {
      const found = values.find((candidate) => candidate === value);
      if (found === undefined)
        throw invalidRequest(`Invalid ${path}: must be one of ${values.join(', ')}`, path);
      return found;
    },
  };
}

/** A whole number; amounts are minor units and stay exact below 2^53. */
export function integer(options: { min?: number; max?: number } = {}): Field<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options;
  return {
    read(value, path) {
      const number =
        typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (Number.isNaN(number))
        throw invalidRequest(
          `Invalid integer: ${describe(value)}`,
          path,
          'parameter_invalid_integer',
        );
      if (number < min)
        throw invalidRequest(
          `This value must be greater than or equal to ${min}.`,
          path,
          'parameter_invalid_integer',
        );
      if (number > max)
        throw invalidRequest(
          `This value must be less than or equal to ${max}.`,
          path,
          'parameter_invalid_integer',
        );
      return number;
    },
  };
}

/** A number of at most two decimals, from 0 to `max`; for rates, never for money. */
export function decimal(options: { max: number }): Field<number> {
  return {
    read(value, path) {
      const isNumber = typeof value === 'string' && /^\d{1,9}(\.\d{1,2})?$/.test(value);
      const number = isNumber ? Number(value) : Number.NaN;
      if (Number.isNaN(number) || number > options.max)
        throw invalidRequest(
          `Invalid number: send one from 0 to ${options.max} with at most two decimals.`,
          path,
        );
      return number;
    },
  };
}

export function flag(): Field<boolean> {
  return {
    read(value, path) {
      if (value !== 'true' && value !== 'false')
        throw invalidRequest(`Invalid boolean: ${describe(value)}`, path);
      return value === 'true';
    },
  };
}

export function object<F extends Fields>(fields: F): Field<ParamsOf<F>> {
  return {
    read(value, path) {
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Invalid object', path);
      return readParams(fields, value, path);
    },
  };
}

export function list<T>(field: Field<T>, options: { max: number }): Field<T[]> {
  return {
    read(value, path) {
      if (value === '') return [];
      if (!Array.isArray(value)) throw invalidRequest('Invalid array', path);
      if (value.length > options.max)
        throw invalidRequest(
          `Array ${path} exceeded maximum ${options.max} allowed elements.`,
          path,
        );
      return value.map((item, index) => field.read(item, `${path}[${index}]`));
    },
  };
}

export function missingParameter(path: string): Error {
  return invalidRequest(`Missing required param: ${path}.`, path, 'parameter_missing');
}

function unknownParameters(paths: string[]): Error {
  const first = paths[0] ?? '';
  if (first === 'payment_method_types')
    return invalidRequest(
      'The payment_method_types parameter is no longer supported. Use allowed_payment_method_types or dynamic payment methods instead.',
      first,
      'payment_method_types_no_longer_supported',
    );
  const noun = paths.length === 1 ? 'parameter' : 'parameters';
  return invalidRequest(
    `Received unknown ${noun}: ${paths.join(', ')}`,
    first,
    'parameter_unknown',
  );
}

function emptyParameter(path: string): Error {
  return invalidRequest(
    `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
    path,
    'parameter_invalid_empty',
  );
}

function describe(value: FormValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import type { ProblemCode } from '@bursar/contracts';

/** One fault of a request: in its body by JSON pointer, or elsewhere by the parameter's name. */
export interface FieldError {
  pointer?: string;
  parameter?: string;
  message: string;
}

export interface ProblemDetails {
  errors?: FieldError[];
  /** Decimal credit amounts. */
  required?: string;
  available?: string;
  subjects?: string[];
  /** The operation that was refused. */
  operation?: string;
  /** Refused to protect the service: thousands may come at once, so they are counted, not logged. */
  protective?: true;
  /** Extra response headers. */
  headers?: Record<string, string>;
}

/** A refusal as a value. `detail` says what happened in this case and what to do next. */
export interface Problem extends ProblemDetails {
  kind: 'problem';
  code: ProblemCode;
  detail: string;
}

export const problem = (
  code: ProblemCode,
  detail: string,
  details: ProblemDetails = {},
): Problem => ({ kind: 'problem', code, detail, ...details });

/** Used wherever a caller may not learn whether something exists. */
export const notFound = (what: string): Problem =>
  problem(
    'not_found',
    `There is no ${what} here that you may see; nothing was changed. Check the address and the key you use.`,
  );

export const isProblem = (value: object): value is Problem =>
  'kind' in value && value.kind === 'problem';

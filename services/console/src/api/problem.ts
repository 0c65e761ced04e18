/** A refusal or an outage, as the API explains it; `code` is what to decide on. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** Names this one request to whoever looks into it. */
  readonly requestId: string | null;
  readonly errors: readonly FieldError[];
  /** Whatever else the problem says, such as `required` and `available`. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | null;

  constructor(document: ProblemDocument, retryAfterSeconds: number | null = null) {
    super(document.detail);
    this.name = 'ApiProblem';
    this.code = document.code;
    this.status = document.status;
    this.title = document.title;
    this.requestId = document.instance ?? null;
    this.errors = document.errors ?? [];
    this.facts = document;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface FieldError {
  /** JSON pointer into the body, such as `/amount`. */
  pointer?: string;
  /** Or the name of a parameter. */
  parameter?: string;
  message: string;
}

export interface ProblemDocument {
  [fact: string]: unknown;
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance?: string;
  errors?: FieldError[];
}

/** Nothing came back: whether the request arrived is not known, so it is only repeated under its key. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('Bursar cannot be reached.', { cause });
    this.name = 'Unreachable';
  }
}

/** A command that may have been accepted, whatever the last answer (the cause) was about. */
export class OutcomeUnknown extends Error {
  constructor(cause: unknown) {
    super('It is not known whether this was accepted.', { cause });
    this.name = 'OutcomeUnknown';
  }
}

/** What the server says about one field of a form, to be shown beside it. */
export const messageAt = (error: unknown, pointer: string): string | null =>
  error instanceof ApiProblem
    ? (error.errors.find((one) => one.pointer === pointer)?.message ?? null)
    : null;

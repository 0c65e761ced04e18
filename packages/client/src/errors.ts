/** The document with which the server refuses (RFC 9457). */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  instance?: string;
  errors?: { pointer?: string; parameter?: string; message: string }[];
  required?: string;
  available?: string;
  subjects?: string[];
  operation?: string;
}

export interface ErrorFacts {
  code: string;
  detail: string;
  /** HTTP status; `null` when no answer came. */
  status?: number | null;
  problem?: Problem | null;
  operation?: string | null;
  retryable: boolean;
  creditsMoved: false | 'unknown';
  idempotencyKey?: string | null;
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** Why a call did not do what was asked. The message says what to do next. */
export class BursarError extends Error {
  override readonly name: string = 'BursarError';
  /**
   * The server's code, such as `insufficient_credits`, or one of this client's own:
   * `connection_failed`, `timeout`, `aborted`, `still_pending`, `answer_not_understood`,
   * `redirected`, `meter_full`, `meter_closed`, `charges_unsent`.
   */
  readonly code: string;
  readonly status: number | null;
  readonly detail: string;
  readonly problem: Problem | null;
  /** The id of the operation that was refused, or that is still under way. */
  readonly operation: string | null;
  /** Whether the same call, under the same key, can have another outcome later. */
  readonly retryable: boolean;
  /** `false`: certainly not. `'unknown'`: repeat under the same key to find out. */
  readonly creditsMoved: false | 'unknown';
  /** The key of the command that failed, to repeat it with; `null` for reads. */
  readonly idempotencyKey: string | null;
  /** When the server asked to come back, in milliseconds from its answer. */
  readonly retryAfterMs: number | null;

  constructor(facts: ErrorFacts) {
    super(`${facts.code}: ${facts.detail}`, { cause: facts.cause });
    this.code = facts.code;
    this.status = facts.status ?? null;
    this.detail = facts.detail;
    this.problem = facts.problem ?? null;
    this.operation = facts.operation ?? null;
    this.retryable = facts.retryable;
    this.creditsMoved = facts.creditsMoved;
    this.idempotencyKey = facts.idempotencyKey ?? null;
    this.retryAfterMs = facts.retryAfterMs ?? null;
  }
}

/** The ledger refused a command. That is final under its Idempotency-Key, and no credits moved. */
export class BursarRejection extends BursarError {
  override readonly name = 'BursarRejection';
}

/** No answer came: the server is away, too slow, or the call was aborted. */
export class BursarConnectionError extends BursarError {
  override readonly name = 'BursarConnectionError';
}

/** Reads a problem document; `null` when it is something else. */
export const readProblem = (body: unknown): Problem | null => (isProblem(body) ? body : null);

function isProblem(body: unknown): body is Problem {
  if (typeof body !== 'object' || body === null) return false;
  if (!('code' in body && 'detail' in body && 'status' in body)) return false;
  const { code, detail, status } = body;
  return typeof code === 'string' && typeof detail === 'string' && typeof status === 'number';
}

/** A rejected operation as an error. */
export const rejection = (problem: Problem, key: string | null): BursarRejection =>
  new BursarRejection({
    code: problem.code,
    detail: problem.detail,
    status: problem.status,
    problem,
    operation: problem.operation ?? null,
    retryable: false,
    creditsMoved: false,
    idempotencyKey: key,
  });

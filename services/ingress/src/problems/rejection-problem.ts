import { PROBLEMS, type ProblemCode } from '@bursar/contracts';
import { problem, type FieldError, type Problem } from './problem.ts';

/**
 * Reads a stored rejection back as a problem. The ledger wrote it, so anything that is not a
 * rejection of a known code is a broken invariant and throws.
 */
export function rejectionProblem(stored: unknown, operation?: string): Problem {
  const record = typeof stored === 'object' && stored !== null ? stored : {};
  const code = 'code' in record ? record.code : undefined;
  if (!isProblemCode(code))
    throw new Error(`A stored rejection has no known code: ${String(code)}.`);
  const detail =
    'detail' in record && typeof record.detail === 'string' ? record.detail : PROBLEMS[code].title;
  return problem(code, detail, {
    ...amountOf(record, 'required'),
    ...amountOf(record, 'available'),
    ...('subjects' in record &&
      Array.isArray(record.subjects) && { subjects: record.subjects.map(String) }),
    ...errorsOf(record),
    ...(operation !== undefined && { operation }),
  });
}

const isProblemCode = (code: unknown): code is ProblemCode =>
  typeof code === 'string' && Object.hasOwn(PROBLEMS, code);

const errorsOf = (record: object): { errors?: FieldError[] } => {
  const stored: unknown = Reflect.get(record, 'errors');
  if (!Array.isArray(stored)) return {};
  return {
    errors: stored.map((fault: { pointer: unknown; message: unknown }) => ({
      pointer: String(fault.pointer),
      message: String(fault.message),
    })),
  };
};

const amountOf = (record: object, name: 'required' | 'available') => {
  const value: unknown = Reflect.get(record, name);
  return typeof value === 'string' ? { [name]: value } : {};
};

import { PROBLEMS } from '@bursar/contracts';
import type { ProblemDocument } from './problem-schema.ts';
import type { Problem } from './problem.ts';

/**
 * Writes a refusal as the RFC 9457 document that callers see; its `type` resolves to a page that
 * explains the code. `publicUrl` has no slash at its end.
 */
export function renderProblem(problem: Problem, publicUrl: string): ProblemDocument {
  const { code, detail, errors, required, available, subjects, operation } = problem;
  return {
    type: `${publicUrl}/problems/${code}`,
    title: PROBLEMS[code].title,
    status: PROBLEMS[code].status,
    detail,
    code,
    ...(errors && { errors }),
    ...(required !== undefined && { required }),
    ...(available !== undefined && { available }),
    ...(subjects && { subjects }),
    ...(operation !== undefined && { operation }),
  };
}

import { ApiProblem, Unreachable, type ProblemDocument } from './problem.ts';

const WAIT_MS = 60_000;

/**
 * Keeps a file that only operators may have: a link could not say as whom it asks.
 *
 * @throws ApiProblem when the API refuses, Unreachable when no answer came.
 */
export async function downloadAsOperator(path: string, name: string): Promise<void> {
  const response = await fetchFile(path);
  if (!response.ok) throw new ApiProblem((await response.json()) as ProblemDocument);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

async function fetchFile(path: string): Promise<Response> {
  try {
    return await fetch(path, {
      credentials: 'same-origin',
      headers: { 'Bursar-Role': 'operator' },
      signal: AbortSignal.timeout(WAIT_MS),
    });
  } catch (error) {
    throw new Unreachable(error);
  }
}

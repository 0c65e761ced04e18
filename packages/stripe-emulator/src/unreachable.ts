/** Ends a switch over a union: the compiler proves that no case was forgotten. */
export function unreachable(value: never): never {
  throw new Error(`This case must not happen: ${JSON.stringify(value)}`);
}

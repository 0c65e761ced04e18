import { InvalidArgumentError } from 'commander';

/** Reads an option that is a whole number within limits, both included. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const count = Number(text);
    if (/^\d+$/.test(text) && count >= min && count <= max) return count;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };

import { InvalidArgumentError } from 'commander';

/** Reads an option's argument: a whole number in this range. The reader throws what commander tells a person. */
export function wholeNumber(from: number, to: number): (argument: string) => number {
  return (argument) => {
    const value = /^\d+$/.test(argument) ? Number(argument) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw new InvalidArgumentError(`Give a whole number from ${from} to ${to}.`);
  };
}

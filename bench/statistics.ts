/** The middle value, or the mean of the two in the middle. */
export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('There are no values.');
  return (lower + upper) / 2;
};

export const maximumOf = (values: readonly number[]): number => {
  if (values.length === 0) throw new Error('There are no values.');
  return Math.max(...values);
};

/** The least value that so many percent of all are not above. */
export const percentileOf = (values: readonly number[], percent: number): number => {
  const found = values.toSorted((left, right) => left - right)[Math.ceil((values.length * percent) / 100) - 1];
  if (found === undefined) throw new Error('There are no values.');
  return found;
};

export const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

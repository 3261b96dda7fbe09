import * as z from 'zod';

export const wholeNumber = (least: number, most: number) => {
  const message = `A whole number from ${least} to ${most} is expected`;
  return z.int(message).min(least, message).max(most, message);
};

export const seconds = () => {
  const message = 'A number of seconds above 0, up to a day, is expected';
  return z.number(message).positive(message).max(86_400, message);
};

export const minutes = () => {
  const message = 'A number of minutes above 0, up to a week, is expected';
  return z.number(message).positive(message).max(10_080, message);
};

/** Paths are absolute, as a server has no folder that its users know of. */
export const filePath = () =>
  z
    .string()
    .trim()
    .regex(/^(?:$|\/|[a-zA-Z]:[\\/]|\\\\)/, 'An absolute path is expected')
    .default('');

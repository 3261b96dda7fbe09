import type { Localizer } from '../../core/localizer.ts';

/** The command line speaks English. */
export const english: Localizer = {
  t: (message, ...values) =>
    message.replaceAll(/\{(\d+)\}/g, (placeholder, index: string) => {
      const value = values[Number(index)];
      return value === undefined ? placeholder : String(value);
    }),
};

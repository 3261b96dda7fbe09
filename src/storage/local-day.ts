/** The day of a moment by the calendar of this machine, such as `2026-03-01`; days sort as their text does. */
export const toLocalDay = (at: number): string => toDay(new Date(at));

/** The first of the days that are kept on the day of this moment: older ones are dropped. */
export const toFirstKeptDay = (at: number): string => {
  const date = new Date(at);
  // By the calendar, as days of a clock change are not 24 hours long.
  return toDay(new Date(date.getFullYear(), date.getMonth(), date.getDate() - KEPT_DAYS));
};

const KEPT_DAYS = 90;

const toDay = (date: Date): string =>
  [
    date.getFullYear().toString().padStart(4, '0'),
    (date.getMonth() + 1).toString().padStart(2, '0'),
    date.getDate().toString().padStart(2, '0'),
  ].join('-');

/** One high or low water. */
export interface Tide {
  readonly at: Date;
  readonly metres: number;
}

/** The next high water after `now`; null where the table ends before. */
export const nextHighWater = (tides: readonly Tide[], now: Date): Tide | null => {
  const later = tides.filter(({ at }) => at > now);
  return later.find(({ metres }, index) => metres > (later[index + 1]?.metres ?? 0)) ?? null;
};

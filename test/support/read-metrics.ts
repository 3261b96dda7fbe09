import parsePrometheusTextFormat from 'parse-prometheus-text-format';

/** Labels by their names. */
export type Labels = Readonly<Record<string, string>>;

/** A scrape, parsed by other code than what wrote it. */
export const readMetrics = (text: string) => {
  // The parser puts a histogram's samples together whatever their labels are; without the type they stay as they were sent.
  const samples = parsePrometheusTextFormat(text.replaceAll(/^# TYPE \S+ histogram\n/gm, '')).flatMap(
    ({ name, metrics }) => metrics.map(({ labels = {}, value }) => ({ name, labels, value: Number(value) })),
  );
  return {
    families: parsePrometheusTextFormat(text).map(({ name, help, type }) => ({ name, help, type: type.toLowerCase() })),
    samples,
    /** The sum of the samples that have these labels. */
    valueOf: (name: string, wanted: Labels = {}): number =>
      samples
        .filter((sample) => sample.name === name)
        .filter(({ labels }) => Object.entries(wanted).every(([label, value]) => labels[label] === value))
        .reduce((sum, { value }) => sum + value, 0),
    /** All that is not 0, as `name{label=value}`; of histograms how often they were observed. */
    counted: (): Record<string, number> =>
      Object.fromEntries(
        samples
          .filter(({ name, value }) => value !== 0 && !/_seconds_(?:bucket|sum)$/.test(name))
          .map(({ name, labels, value }) => {
            const pairs = Object.entries(labels).map(([label, each]) => `${label}=${each}`);
            return [`${name}{${pairs.join(',')}}`, value];
          }),
      ),
  };
};

/** What is used of the package, which has no types of its own. */
declare module 'parse-prometheus-text-format' {
  interface MetricFamily {
    readonly name: string;
    readonly help: string;
    readonly type: 'COUNTER' | 'GAUGE' | 'HISTOGRAM' | 'SUMMARY' | 'UNTYPED';
    readonly metrics: readonly {
      readonly labels?: Readonly<Record<string, string>>;
      /** Of all but histograms and summaries. */
      readonly value?: string;
    }[];
  }

  export default function parsePrometheusTextFormat(text: string): MetricFamily[];
}

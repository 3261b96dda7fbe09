import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** A small chart of values over time. */
export interface Sparkline {
  readonly title: string;
  /** The latest value and the highest one, as people read them. */
  readonly remark: string;
  /** Says for screen readers what the chart shows. */
  readonly description: string;
  /** The newest last; `null` where there is none. */
  readonly values: readonly (number | null)[];
  /** `bars` for counts, `line` for measures. */
  readonly kind: 'bars' | 'line';
  /** What stands below its ends. */
  readonly from: string;
  readonly to: string;
}

const WIDTH = 300;
const HEIGHT = 48;
const INSET = 2;
/** So that one request beside hundreds is seen. */
const LEAST_BAR = 2;

/** A small chart with its title, its latest and its highest value as text. */
export const sparkline = (chart: Sparkline): TemplateResult => {
  const highest = Math.max(0, ...chart.values.map((value) => value ?? 0));
  const toY = (value: number): number =>
    HEIGHT - INSET - (highest === 0 ? 0 : (value / highest) * (HEIGHT - 2 * INSET));
  return html`<figure class="sparkline">
    <figcaption>
      <span class="sparkline-title">${chart.title}</span><span class="muted">${chart.remark}</span>
    </figcaption>
    <svg
      class=${`sparkline-${chart.kind}`}
      role="img"
      aria-label=${chart.description}
      viewBox=${`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <line class="sparkline-base" x1="0" x2=${WIDTH} y1=${HEIGHT - 0.5} y2=${HEIGHT - 0.5}></line>
      ${chart.kind === 'bars' ? toBars(chart.values, toY) : toLine(chart.values, toY)}
    </svg>
    <div class="sparkline-axis muted" aria-hidden="true"><span>${chart.from}</span><span>${chart.to}</span></div>
  </figure>`;
};

const toBars = (values: readonly (number | null)[], toY: (value: number) => number): readonly SVGTemplateResult[] => {
  const step = WIDTH / Math.max(1, values.length);
  return values.flatMap((value, index) => {
    if (value === null || value === 0) return [];
    const height = Math.max(LEAST_BAR, HEIGHT - toY(value));
    return [
      svg`<rect x=${index * step + step * 0.15} width=${step * 0.7} y=${HEIGHT - height} height=${height}></rect>`,
    ];
  });
};

/** A line breaks where there is no value; a value without neighbours is a point. */
const toLine = (values: readonly (number | null)[], toY: (value: number) => number): SVGTemplateResult => {
  const step = WIDTH / Math.max(1, values.length);
  const has = (index: number): boolean => (values[index] ?? null) !== null;
  let line = '';
  let points = '';
  for (const [index, value] of values.entries()) {
    if (value === null) continue;
    const place = `${((index + 0.5) * step).toFixed(1)} ${toY(value).toFixed(1)}`;
    if (has(index - 1)) line += `L${place}`;
    else if (has(index + 1)) line += `M${place}`;
    else points += `M${place}h0.01`;
  }
  return svg`<path d=${line}></path><path class="sparkline-points" d=${points}></path>`;
};

import type { Point } from './state.ts';

const plain: Readonly<Record<string, (point: Point) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** `p99`, `tm90`, `tc0.5`: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html */
const PERCENT = /^(p|tm|tc|ts)(\d{1,2}(?:\.\d{1,10})?|100)$/;

export const isPlainStatistic = (name: string): boolean => Object.hasOwn(plain, name);
export const isExtendedStatistic = (name: string): boolean => name === 'IQM' || PERCENT.test(name);
export const percentileOf = (name: string): number | undefined => {
  const match = PERCENT.exec(name);
  return match?.[1] === 'p' ? Number(match[2]) : undefined;
};

/** The value of a statistic; undefined when the point doesn't keep what it takes. */
export function statistic(point: Point, name: string): number | undefined {
  const simple = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (simple !== undefined) return simple(point);
  // "you can retrieve percentile statistics for statistic sets only if SampleCount is 1, or Min and Max are equal"
  const values = point.values ?? (point.min === point.max ? new Map([[point.min, point.count]]) : undefined);
  if (values === undefined) return undefined;
  const sorted = [...values].sort(([a], [b]) => a - b);
  if (name === 'IQM') return average(between(sorted, point.count, 25, 75));
  const [, kind, digits] = PERCENT.exec(name) ?? [];
  const percent = Number(digits);
  if (kind === 'p') return percentile(sorted, point.count, percent);
  const kept = between(sorted, point.count, 0, percent);
  if (kind === 'tm') return average(kept);
  return kind === 'tc'
    ? kept.reduce((sum, [, count]) => sum + count, 0)
    : kept.reduce((sum, [value, count]) => sum + value * count, 0);
}

type Sorted = readonly (readonly [number, number])[];

/** The smallest value that at least so many percent of the measurements don't exceed (nearest rank). */
function percentile(sorted: Sorted, count: number, percent: number): number {
  const rank = Math.max(Number.EPSILON, (count * percent) / 100);
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    if (seen >= rank - 1e-9) return value;
  }
  return sorted.at(-1)?.[0] ?? Number.NaN;
}

/** The measurements between two percentiles. */
function between(sorted: Sorted, count: number, low: number, high: number): Sorted {
  const from = (count * low) / 100;
  const until = (count * high) / 100;
  let seen = 0;
  return sorted.flatMap(([value, times]): Sorted => {
    const start = Math.max(seen, from);
    seen += times;
    const part = Math.min(seen, until) - start;
    return part > 0 ? [[value, part]] : [];
  });
}

function average(part: Sorted): number | undefined {
  const count = part.reduce((sum, [, times]) => sum + times, 0);
  return count === 0 ? undefined : part.reduce((sum, [value, times]) => sum + value * times, 0) / count;
}

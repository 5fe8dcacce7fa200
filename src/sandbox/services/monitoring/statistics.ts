import type { Point } from './state.ts';

const plain: Readonly<Record<string, (point: Point) => number>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ min }) => min,
  Maximum: ({ max }) => max,
};

/** A statistic over a part of the measurements: between two percentiles, or between two values. */
interface Extended {
  readonly kind: 'p' | 'tm' | 'tc' | 'ts' | 'wm' | 'pr';
  readonly low: number;
  readonly high: number;
  readonly percent: boolean;
}

const NUMBER = '\\d{1,15}(?:\\.\\d{1,10})?';
/** `p99`, `tm90`, `tc0.5` */
const SHORT = /^(p|tm|tc|ts|wm)(\d{1,2}(?:\.\d{1,10})?|100)$/;
/** `TM(10%:90%)`, `TS(80%:)`, `PR(:300)` */
const RANGE = new RegExp(`^(TM|TC|TS|WM|PR)\\((-?${NUMBER}%?)?:(-?${NUMBER}%?)?\\)$`);

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html; undefined: it is none. */
function parse(name: string): Extended | undefined {
  // "IQM is equivalent to TM(25%:75%)."
  if (name === 'IQM') return { kind: 'tm', low: 25, high: 75, percent: true };
  const short = SHORT.exec(name);
  if (short !== null)
    return { kind: short[1] as Extended['kind'], low: 0, high: Number(short[2]), percent: true };
  const [, written, from, to] = RANGE.exec(name) ?? [];
  const bounds = [from, to].filter((bound) => bound !== undefined);
  if (written === undefined || bounds.length === 0) return undefined;
  const kind = written.toLowerCase() as Extended['kind'];
  const percent = bounds.every((bound) => bound.endsWith('%'));
  if (!percent && bounds.some((bound) => bound.endsWith('%'))) return undefined;
  const low = from === undefined ? (percent ? 0 : Number.NEGATIVE_INFINITY) : Number.parseFloat(from);
  const high = to === undefined ? (percent ? 100 : Number.POSITIVE_INFINITY) : Number.parseFloat(to);
  if (!(low < high) || (percent && (low < 0 || high > 100)) || (kind === 'pr' && percent)) return undefined;
  return { kind, low, high, percent };
}

export const isPlainStatistic = (name: string): boolean => Object.hasOwn(plain, name);
export const isExtendedStatistic = (name: string): boolean => parse(name) !== undefined;
export const percentileOf = (name: string): number | undefined => {
  const found = parse(name);
  return found?.kind === 'p' ? found.high : undefined;
};

/** The value of a statistic; undefined when the point doesn't keep what it takes. */
export function statistic(point: Point, name: string): number | undefined {
  const simple = Object.hasOwn(plain, name) ? plain[name] : undefined;
  if (simple !== undefined) return simple(point);
  // "you can retrieve percentile statistics for statistic sets only if SampleCount is 1, or Min and Max are equal"
  const values = point.values ?? (point.min === point.max ? new Map([[point.min, point.count]]) : undefined);
  const asked = parse(name);
  if (values === undefined || asked === undefined) return undefined;
  const { kind, low, high, percent } = asked;
  const sorted = [...values].sort(([a], [b]) => a - b);
  if (kind === 'p') return percentile(sorted, point.count, high);
  const kept = percent
    ? between(sorted, point.count, low, high)
    : sorted.filter(([value]) => value > low && value <= high);
  switch (kind) {
    case 'tm':
      return average(kept);
    case 'wm':
      return winsorized(sorted, kept, asked);
    case 'pr':
      return (countOf(kept) / point.count) * 100;
    case 'tc':
      return countOf(kept);
    default:
      return kept.reduce((sum, [value, count]) => sum + value * count, 0);
  }
}

/** "Outliers … are not ignored, but instead considered to be equal to the value at the edge of the range." */
function winsorized(sorted: Sorted, kept: Sorted, { low, high, percent }: Extended): number | undefined {
  const [first, last] = percent ? [kept[0]?.[0], kept.at(-1)?.[0]] : [low, high];
  if (first === undefined || last === undefined) return undefined;
  return average(sorted.map(([value, count]) => [Math.min(Math.max(value, first), last), count]));
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

const countOf = (part: Sorted): number => part.reduce((sum, [, times]) => sum + times, 0);

function average(part: Sorted): number | undefined {
  const count = countOf(part);
  return count === 0 ? undefined : part.reduce((sum, [value, times]) => sum + value * times, 0) / count;
}

import type { Metric, Point, Series } from './state.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Distinct values that a point keeps exactly; more are kept to two digits. */
const MOST_VALUES = 1_000;
/** Points of a series before old ones are merged into hours. */
const MOST_POINTS = 5_000;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention */
const MINUTES_KEPT = 15 * DAY;
const HOURS_KEPT = 455 * DAY;

export const pointOf = (value: number, count = 1): Point => ({
  count,
  sum: value * count,
  min: value,
  max: value,
  values: new Map([[value, count]]),
});

/** Adds a point to another, which is changed; without one, the answer is a copy. */
export function merge(a: Point | undefined, b: Point): Point {
  if (a === undefined) return { ...b, values: b.values && new Map(b.values) };
  a.count += b.count;
  a.sum += b.sum;
  a.min = Math.min(a.min, b.min);
  a.max = Math.max(a.max, b.max);
  if (b.values === undefined) a.values = undefined;
  for (const [value, count] of b.values ?? []) {
    if (a.values === undefined) break;
    const kept = a.values.has(value) || a.values.size < MOST_VALUES ? value : Number(value.toPrecision(2));
    a.values.set(kept, (a.values.get(kept) ?? 0) + count);
  }
  return a;
}

/** `resolution`: ms, a minute or a second. */
export function addPoint(metric: Metric, unit: string, at: number, point: Point, resolution = MINUTE): void {
  let series = metric.series.get(unit);
  if (series === undefined) {
    series = { points: new Map(), latest: at };
    metric.series.set(unit, series);
  }
  const start = Math.floor(at / resolution) * resolution;
  series.points.set(start, merge(series.points.get(start), point));
  series.latest = Math.max(series.latest, at);
  if (series.points.size > MOST_POINTS) compact(series);
}

/** Old points become hours; when all are recent, the older half does. */
function compact(series: Series): void {
  const times = [...series.points.keys()].sort((a, b) => a - b);
  const middle = times[times.length >> 1] ?? 0;
  const recent = Math.max(series.latest - MINUTES_KEPT, middle);
  for (const time of times) {
    if (time >= recent) break;
    const point = series.points.get(time);
    const hour = Math.floor(time / HOUR) * HOUR;
    if (point === undefined || time === hour) continue;
    series.points.delete(time);
    series.points.set(hour, merge(series.points.get(hour), point));
  }
  for (const time of series.points.keys()) {
    if (time < series.latest - HOURS_KEPT) series.points.delete(time);
  }
}

/** All points with `from <= time < until`, of one unit or of all. */
export function pointsBetween(
  metric: Metric,
  unit: string | undefined,
  from: number,
  until: number,
): readonly (readonly [number, Point])[] {
  const series = unit === undefined ? [...metric.series.values()] : [metric.series.get(unit)];
  const found: (readonly [number, Point])[] = [];
  for (const one of series) {
    if (one === undefined || one.latest < from) continue;
    for (const entry of one.points) if (entry[0] >= from && entry[0] < until) found.push(entry);
  }
  return found;
}

/** Merged into periods that begin at `from + n * period`, in order; empty ones are left out. */
export function periods(
  points: readonly (readonly [number, Point])[],
  from: number,
  period: number,
): readonly (readonly [number, Point])[] {
  const merged = new Map<number, Point>();
  for (const [time, point] of points) {
    const start = from + Math.floor((time - from) / period) * period;
    merged.set(start, merge(merged.get(start), point));
  }
  return [...merged].sort(([a], [b]) => a - b);
}

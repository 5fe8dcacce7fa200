import { parseCron, type Schedule } from './cron.ts';

const units: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * `rate(5 minutes)` or `cron(0 12 * * ? *)`; undefined when it is neither.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
 */
export function parseSchedule(text: string): Schedule | undefined {
  const rate = /^rate\(([1-9]\d{0,8}) (minute|hour|day)(s?)\)$/.exec(text);
  if (rate !== null) {
    const [, count = '', unit = '', plural] = rate;
    // "If the value is equal to 1, then the unit must be singular."
    if ((count === '1') !== (plural === '')) return undefined;
    const period = Number(count) * (units[unit] ?? 0);
    return (after) => after + period;
  }
  const cron = /^cron\((.*)\)$/.exec(text);
  return cron?.[1] === undefined ? undefined : parseCron(cron[1]);
}

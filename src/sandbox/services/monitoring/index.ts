import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { alarmOperations } from './alarms.ts';
import { Ask } from './ask.ts';
import { dashboardOperations } from './dashboards.ts';
import { describeAlarmOperations } from './describe-alarms.ts';
import { pointOf } from './points.ts';
import { putMetricOperations, record } from './put-metrics.ts';
import { readMetricOperations } from './read-metrics.ts';
import { monitoringState, placeOf } from './state.ts';
import { taggedResources } from './tagged.ts';
import { tagOperations } from './tags.ts';
import { Watch } from './watch.ts';

/** Amazon CloudWatch: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html */
export function monitoringOperations(world: World): readonly Operation[] {
  const state = monitoringState(world);
  const tagged = taggedResources(world, state);
  const ask = new Ask(tagged);
  const watch = new Watch(world, state);
  world.ports.metrics = {
    put: ({ accountId, region, namespace, name, dimensions, value, count, unit = 'None', at, now }) => {
      const sorted = Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1));
      record(
        placeOf(state, accountId, region),
        watch,
        { namespace, name, dimensions: sorted },
        { unit, at, point: pointOf(value, count) },
        now,
      );
    },
  };
  return [
    ...putMetricOperations(state, ask, watch),
    ...readMetricOperations(state, ask),
    ...alarmOperations(state, ask, watch),
    ...describeAlarmOperations(state, ask),
    ...dashboardOperations(world, ask),
    ...tagOperations(tagged, ask),
  ];
}

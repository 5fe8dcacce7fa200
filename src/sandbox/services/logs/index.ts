import type { Operation } from '../../types.ts';
import type { World } from '../world.ts';
import { Ask } from './ask.ts';
import { groupOperations } from './groups.ts';
import { append } from './ingest.ts';
import { metricEmission } from './metric-emission.ts';
import { metricFilterOperations } from './metric-filters.ts';
import { putEventsOperations } from './put-events.ts';
import { readEventsOperations } from './read-events.ts';
import { resourcePolicyOperations } from './resource-policies.ts';
import { logsState, noGroup, placeOf } from './state.ts';
import { newStream, streamOperations } from './streams.ts';
import { tagOperations } from './tags.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html */
export function logsOperations(world: World): readonly Operation[] {
  const state = logsState(world);
  const ask = new Ask(state);
  const emit = metricEmission(world, state);
  world.ports.logs = {
    has: (accountId, region, group) => placeOf(state, accountId, region).groups.has(group),
    put: ({ accountId, region, group: name, stream: streamName, events, now }) => {
      const group = placeOf(state, accountId, region).groups.get(name);
      if (group === undefined) throw noGroup();
      const stream = group.streams.get(streamName) ?? newStream(streamName, now);
      group.streams.set(streamName, stream);
      const inOrder = [...events].sort((a, b) => a.timestamp - b.timestamp);
      emit(group, append(group, stream, inOrder, now), now);
    },
  };
  return [
    ...groupOperations(state, ask),
    ...tagOperations(state, ask),
    ...streamOperations(state, ask),
    ...putEventsOperations(state, ask, emit),
    ...readEventsOperations(state, ask),
    ...metricFilterOperations(state, ask),
    ...resourcePolicyOperations(state, ask),
  ];
}

import type { Call } from '../../types.ts';
import type { World } from '../world.ts';
import { dashboardsOf, type MonitoringState, placeOfCall } from './state.ts';

/** The tags of an alarm or dashboard of the caller's account, by its ARN; undefined when there is none. */
export type Tagged = (call: Call, arn: string) => Map<string, string> | undefined;

export const taggedResources =
  (world: World, state: MonitoringState): Tagged =>
  (call, arn) => {
    const name = arn.split(':').slice(6).join(':');
    const alarm = placeOfCall(state, call).alarms.get(name);
    if (alarm?.arn === arn) return alarm.tags;
    const dashboard = dashboardsOf(world, call.caller.accountId).get(arn.slice(arn.lastIndexOf('/') + 1));
    return dashboard?.arn === arn ? dashboard.tags : undefined;
  };

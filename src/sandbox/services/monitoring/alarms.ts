import type * as cw from '@aws-sdk/client-cloudwatch';
import { AwsError, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import { type Ask, requestTags } from './ask.ts';
import { readConfiguration } from './configuration.ts';
import { noAlarm } from './errors.ts';
import { noteConfiguration } from './history.ts';
import { type AlarmState, alarmArn, type MonitoringState, placeOfCall } from './state.ts';
import { addTags } from './tags.ts';
import type { Watch } from './watch.ts';

const MOST_ALARMS = 5_000;

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html and its neighbours. */
export const alarmOperations = (state: MonitoringState, ask: Ask, watch: Watch): readonly Operation[] => [
  operation<cw.PutMetricAlarmInput, object>({
    name: 'PutMetricAlarm',
    readOnly: false,
    authorize: ({ AlarmName, AlarmActions, OKActions, InsufficientDataActions, Tags }, call) => {
      const actions = [AlarmActions, OKActions, InsufficientDataActions].flatMap((list) => list ?? []);
      return [
        ...ask.alarm('PutMetricAlarm', call, AlarmName, {
          ...requestTags(Tags),
          ...(actions.length > 0 && { 'cloudwatch:AlarmActions': actions }),
        }),
        // "To use this operation with tags you must also have the cloudwatch:TagResource permission."
        ...(Tags === undefined || Tags.length === 0
          ? []
          : ask.alarm('TagResource', call, AlarmName, requestTags(Tags))),
      ];
    },
    handle: (input, call) => {
      const place = placeOfCall(state, call);
      const { AlarmName: name, ActionsEnabled = true, Tags } = input;
      const configuration = readConfiguration(input, call.region);
      const known = place.alarms.get(name);
      if (known !== undefined) {
        // "its state is left unchanged, but the update completely overwrites the previous configuration"; tags too stay.
        known.configuration = configuration;
        known.actionsEnabled = ActionsEnabled;
        known.configuredAt = call.now;
        noteConfiguration(place, known, 'Update', call.now);
        watch.soon(place, known, call.now);
        return {};
      }
      if (place.alarms.size >= MOST_ALARMS) {
        throw new AwsError('LimitExceeded', 'The maximum limit of 5,000 alarms would be exceeded.');
      }
      const tags = new Map<string, string>();
      addTags(tags, Tags ?? []);
      const alarm = {
        name,
        arn: alarmArn(call.caller.accountId, call.region, name),
        configuration,
        actionsEnabled: ActionsEnabled,
        configuredAt: call.now,
        condition: {
          value: 'INSUFFICIENT_DATA' as const,
          reason: 'Unchecked: Initial alarm creation',
          at: call.now,
        },
        transitionedAt: call.now,
        tags,
      };
      place.alarms.set(name, alarm);
      noteConfiguration(place, alarm, 'Create', call.now);
      watch.soon(place, alarm, call.now);
      return {};
    },
  }),
  operation<cw.DeleteAlarmsInput, object>({
    name: 'DeleteAlarms',
    readOnly: false,
    authorize: ({ AlarmNames }, call) => ask.alarms('DeleteAlarms', call, AlarmNames),
    handle: ({ AlarmNames }, call) => {
      const place = placeOfCall(state, call);
      // "If there is even one that doesn't exist, none is deleted."
      const gone = AlarmNames.filter((name) => !place.alarms.has(name));
      if (gone.length > 0)
        throw new AwsError('ResourceNotFound', `Alarms not found: ${gone.join(', ')}`, 404);
      for (const name of AlarmNames) {
        const alarm = place.alarms.get(name);
        if (alarm !== undefined) noteConfiguration(place, alarm, 'Delete', call.now);
        place.alarms.delete(name);
      }
      return {};
    },
  }),
  operation<cw.SetAlarmStateInput, object>({
    name: 'SetAlarmState',
    readOnly: false,
    authorize: ({ AlarmName }, call) => ask.alarm('SetAlarmState', call, AlarmName),
    handle: ({ AlarmName, StateValue, StateReason, StateReasonData }, call) => {
      const place = placeOfCall(state, call);
      const alarm = place.alarms.get(AlarmName);
      if (alarm === undefined) throw noAlarm();
      if (StateReasonData !== undefined && !isJson(StateReasonData)) {
        throw new AwsError('InvalidFormat', 'StateReasonData must be valid JSON.');
      }
      watch.change(place, alarm, {
        value: StateValue as AlarmState,
        reason: StateReason,
        ...(StateReasonData !== undefined && { reasonData: StateReasonData }),
        at: call.now,
      });
      // "the alarm returns to its actual state (often within seconds)": at its next evaluation.
      watch.soon(place, alarm, call.now);
      return {};
    },
  }),
  ...(['EnableAlarmActions', 'DisableAlarmActions'] as const).map((name) =>
    operation<cw.EnableAlarmActionsInput, object>({
      name,
      readOnly: false,
      authorize: ({ AlarmNames }, call) => ask.alarms(name, call, AlarmNames),
      handle: ({ AlarmNames }, call) => {
        const place = placeOfCall(state, call);
        for (const alarmName of AlarmNames) {
          const alarm = place.alarms.get(alarmName);
          if (alarm === undefined) continue;
          alarm.actionsEnabled = name === 'EnableAlarmActions';
          alarm.configuredAt = call.now;
          noteConfiguration(place, alarm, 'Update', call.now);
        }
        return {};
      },
    }),
  ),
];

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

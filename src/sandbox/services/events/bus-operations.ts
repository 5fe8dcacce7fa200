import type * as eb from '@aws-sdk/client-eventbridge';
import type { Operation } from '../../types.ts';
import { requestTags } from '../iam/ask.ts';
import { operation } from '../operation.ts';
import { busArn } from './buses.ts';
import type { Events } from './context.ts';
import { exists, invalid, limit } from './errors.ts';
import { page } from './page.ts';
import type { Bus } from './state.ts';
import { setTagsOf } from './tags.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const BUSES = 100;

export const busOperations = (events: Events): readonly Operation[] => [
  operation<eb.CreateEventBusRequest, eb.CreateEventBusResponse>({
    name: 'CreateEventBus',
    readOnly: false,
    authorize: ({ Name, Tags }, call) => [
      ...events.onBus('CreateEventBus', Name, call, requestTags(Tags)),
      ...(Tags?.length ? events.onBus('TagResource', Name, call, requestTags(Tags)) : []),
    ],
    handle: (input, call) => {
      const { accountId } = call.caller;
      if (input.EventSourceName !== undefined || input.Name.includes('/')) {
        throw invalid('The sandbox has no partner event sources: a name can’t contain a slash.');
      }
      const arn = busArn(call.region, accountId, input.Name);
      if (events.busAt(arn) !== undefined) throw exists(`Event bus ${input.Name} already exists.`);
      const own = [...events.state.buses.values()].filter(
        (bus) => bus.accountId === accountId && bus.region === call.region,
      );
      if (own.length >= BUSES) throw limit('The requested resource exceeds the maximum number allowed.');
      const bus: Bus = {
        name: input.Name,
        arn,
        accountId,
        region: call.region,
        createdAt: call.now,
        modifiedAt: call.now,
        tags: new Map(),
        rules: new Map(),
      };
      settings(bus, input);
      setTagsOf(bus.tags, input.Tags);
      events.state.buses.set(arn, bus);
      return { EventBusArn: arn, ...shown(bus) };
    },
  }),
  operation<eb.UpdateEventBusRequest, eb.UpdateEventBusResponse>({
    name: 'UpdateEventBus',
    readOnly: false,
    authorize: ({ Name }, call) => events.onBus('UpdateEventBus', Name, call),
    handle: (input, call) => {
      const bus = events.bus(input.Name, call);
      settings(bus, input);
      bus.modifiedAt = call.now;
      return { Arn: bus.arn, Name: bus.name, ...shown(bus) };
    },
  }),
  operation<eb.DescribeEventBusRequest, eb.DescribeEventBusResponse>({
    name: 'DescribeEventBus',
    readOnly: true,
    authorize: ({ Name }, call) => events.onBus('DescribeEventBus', Name, call),
    handle: ({ Name }, call) => {
      const bus = events.bus(Name, call);
      return { ...summary(bus), ...shown(bus) };
    },
  }),
  operation<eb.ListEventBusesRequest, eb.ListEventBusesResponse>({
    name: 'ListEventBuses',
    readOnly: true,
    authorize: (_, call) => events.any('ListEventBuses', call, 'event-bus/*'),
    handle: ({ NamePrefix = '', NextToken, Limit }, call) => {
      events.bus(undefined, call);
      const own = [...events.state.buses.values()]
        .filter(
          ({ accountId, region, name }) =>
            accountId === call.caller.accountId && region === call.region && name.startsWith(NamePrefix),
        )
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { items, next } = page(own, Limit, NextToken);
      return { EventBuses: items.map(summary), ...(next !== undefined && { NextToken: next }) };
    },
  }),
  operation<eb.DeleteEventBusRequest, object>({
    name: 'DeleteEventBus',
    readOnly: false,
    authorize: ({ Name }, call) => events.onBus('DeleteEventBus', Name, call),
    handle: ({ Name }, call) => {
      if (Name === 'default') throw invalid('Cannot delete event bus default.');
      const arn = busArn(call.region, call.caller.accountId, Name);
      const bus = events.state.buses.get(arn);
      if (bus !== undefined && bus.rules.size > 0)
        throw invalid(`Event bus ${Name} can't be deleted since it has rules.`);
      events.state.buses.delete(arn);
      return {};
    },
  }),
];

type Settings = Pick<
  eb.UpdateEventBusRequest,
  'Description' | 'KmsKeyIdentifier' | 'DeadLetterConfig' | 'LogConfig'
>;

function settings(bus: Bus, { Description, KmsKeyIdentifier, DeadLetterConfig, LogConfig }: Settings): void {
  if (Description !== undefined) bus.description = Description;
  if (KmsKeyIdentifier !== undefined) bus.kmsKey = KmsKeyIdentifier;
  if (DeadLetterConfig?.Arn !== undefined) bus.deadLetterArn = DeadLetterConfig.Arn;
  if (LogConfig !== undefined) bus.logConfig = structuredClone(LogConfig);
}

const shown = ({ description, kmsKey, deadLetterArn, logConfig }: Bus) => ({
  ...(description !== undefined && description !== '' && { Description: description }),
  ...(kmsKey !== undefined && kmsKey !== '' && { KmsKeyIdentifier: kmsKey }),
  ...(deadLetterArn !== undefined && { DeadLetterConfig: { Arn: deadLetterArn } }),
  ...(logConfig !== undefined && { LogConfig: logConfig as eb.LogConfig }),
});

const summary = (bus: Bus): eb.EventBus => ({
  Name: bus.name,
  Arn: bus.arn,
  ...(bus.description && { Description: bus.description }),
  ...(bus.policy !== undefined && { Policy: bus.policy.text }),
  CreationTime: new Date(bus.createdAt),
  LastModifiedTime: new Date(bus.modifiedAt),
});

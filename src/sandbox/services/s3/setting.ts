import type { Call, Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Ask, ToBucket } from './ask.ts';
import type { Bucket } from './state.ts';
import { bucketTrail } from './trail.ts';

/** One configuration of a bucket with its operations: what differs from one to the next. */
export interface Setting<V extends object> {
  /** Operations end so: `BucketCors` has PutBucketCors, GetBucketCors and DeleteBucketCors. */
  readonly name: string;
  /** CloudTrail's name where it isn't the operation's: `PutBucketLifecycle`. */
  readonly event?: string;
  /** The query that names it: `cors`. */
  readonly query: string;
  /** Member of the input that holds it. */
  readonly member: string;
  /** IAM actions without `s3:`. */
  readonly actions: { readonly put: string; readonly get: string; readonly delete?: string };
  /** The answer of the read; throws AWS's "not configured" error. */
  read(bucket: Bucket): object;
  /** Throws for what AWS refuses, before anything has changed. */
  write?(bucket: Bucket, value: V, call: Call, input: Readonly<Record<string, unknown>>): object | undefined;
  /** Absent: the configuration can't be deleted. */
  remove?(bucket: Bucket): void;
}

type Put = ToBucket & Readonly<Record<string, unknown>>;

/** The two or three operations of a configuration. */
export function settingOperations<V extends object>(ask: Ask, setting: Setting<V>): readonly Operation[] {
  const { name, event = name, query, member, actions } = setting;
  const trail = (verb: string) => (input: Put, _output: object | undefined, call: Call) =>
    bucketTrail(
      call,
      input.Bucket,
      ask.buckets.get(input.Bucket ?? ''),
      { [query]: '', ...(verb === 'Put' && { [member]: input[member] }) },
      `${verb}${event}`,
    );
  const { write, remove } = setting;
  return [
    operation<ToBucket, object>({
      name: `Get${name}`,
      readOnly: true,
      authorize: (input, call) => ask.bucket(actions.get, input, call),
      handle: (input) => setting.read(ask.find(input)),
      trail: trail('Get'),
    }),
    ...(write === undefined
      ? []
      : [
          operation<Put, object>({
            name: `Put${name}`,
            readOnly: false,
            authorize: (input, call) => ask.bucket(actions.put, input, call),
            handle: (input, call) =>
              write.call(setting, ask.find(input), (input[member] ?? {}) as V, call, input) ?? {},
            trail: trail('Put'),
          }),
        ]),
    ...(remove === undefined
      ? []
      : [
          operation<ToBucket, object>({
            name: `Delete${name}`,
            readOnly: false,
            authorize: (input, call) => ask.bucket(actions.delete ?? actions.put, input, call),
            handle: (input) => {
              remove.call(setting, ask.find(input));
              return {};
            },
            trail: trail('Delete'),
          }),
        ]),
  ];
}

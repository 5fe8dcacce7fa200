import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { RequestContext } from '../../../engine/index.ts';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { Trails } from './find.ts';
import type { Trail } from './state.ts';

const MOST_TAGS = 50;

export function tagMap(tags: readonly cloudtrail.Tag[] | undefined): Map<string, string> {
  const map = new Map<string, string>();
  for (const { Key = '', Value = '' } of tags ?? []) {
    if (/^aws:/i.test(Key) || !/^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u.test(Key) || Value.length > 256) {
      throw new AwsError('InvalidTagParameterException', `Tag key or value is not valid: ${Key}`);
    }
    if (map.has(Key)) throw new AwsError('InvalidTagParameterException', `Duplicate tag key: ${Key}`);
    map.set(Key, Value);
  }
  if (map.size > MOST_TAGS) throw tooMany();
  return map;
}

const tooMany = (): AwsError =>
  new AwsError(
    'TagsLimitExceededException',
    `The number of tags per trail has exceeded the limit: ${MOST_TAGS}`,
  );

export function requestTagContext(tags: readonly cloudtrail.Tag[] | undefined): RequestContext {
  if (tags === undefined || tags.length === 0) return {};
  const context: Record<string, string | readonly string[]> = {
    'aws:TagKeys': tags.map(({ Key = '' }) => Key),
  };
  for (const { Key = '', Value = '' } of tags) context[`aws:RequestTag/${Key}`] = Value;
  return context;
}

export function tagOperations(trails: Trails): readonly Operation[] {
  const find = (arn: string, call: Call): Trail => {
    if (!arn.startsWith('arn:')) {
      throw new AwsError('CloudTrailARNInvalidException', `Resource ARN ${arn} is not valid.`);
    }
    const trail = trails.peek(arn, call);
    if (trail === undefined || trail.accountId !== call.caller.accountId) {
      throw new AwsError('ResourceNotFoundException', `Trail ${arn} not found.`);
    }
    return trail;
  };
  const ask = (action: string, arn: string, call: Call, context: RequestContext = {}) =>
    trails
      .ask(action, arn, call)
      .map((question) => ({ ...question, context: { ...question.context, ...context } }));
  return [
    operation<cloudtrail.AddTagsRequest, cloudtrail.AddTagsResponse>({
      name: 'AddTags',
      readOnly: false,
      authorize: (input, call) => ask('AddTags', input.ResourceId, call, requestTagContext(input.TagsList)),
      handle: ({ ResourceId, TagsList }, call) => {
        const { tags } = find(ResourceId, call);
        const added = tagMap(TagsList);
        if (new Set([...tags.keys(), ...added.keys()]).size > MOST_TAGS) throw tooMany();
        for (const [key, value] of added) tags.set(key, value);
        return {};
      },
    }),
    operation<cloudtrail.RemoveTagsRequest, cloudtrail.RemoveTagsResponse>({
      name: 'RemoveTags',
      readOnly: false,
      authorize: (input, call) =>
        ask('RemoveTags', input.ResourceId, call, {
          'aws:TagKeys': input.TagsList.map(({ Key = '' }) => Key),
        }),
      handle: ({ ResourceId, TagsList }, call) => {
        const { tags } = find(ResourceId, call);
        for (const { Key = '' } of TagsList) tags.delete(Key);
        return {};
      },
    }),
    operation<cloudtrail.ListTagsRequest, cloudtrail.ListTagsResponse>({
      name: 'ListTags',
      readOnly: true,
      authorize: (input, call) => input.ResourceIdList.flatMap((arn) => [...ask('ListTags', arn, call)]),
      handle: ({ ResourceIdList }, call) => ({
        ResourceTagList: ResourceIdList.map((arn) => ({
          ResourceId: arn,
          TagsList: [...find(arn, call).tags].map(([Key, Value]) => ({ Key, Value })),
        })),
      }),
    }),
  ];
}

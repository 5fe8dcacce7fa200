import { AwsError } from '../../../types.ts';
import type { Json, JsonObject } from '../model.ts';
import { tagsOf } from './tags.ts';
import {
  type Answer,
  Busy,
  list,
  objects,
  pick,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from './types.ts';

const parametersOf = (values: Values) =>
  Object.entries((values.Parameters ?? {}) as JsonObject).map(([ParameterKey, value]) => ({
    ParameterKey,
    // A list goes to a list parameter.
    ParameterValue: Array.isArray(value) ? value.join(',') : String(value),
  }));

/** A nested stack's operation is part of its parent's: it ends before the parent goes on. */
function finished(
  stackId: string,
  wanted: readonly string[],
  verb: string,
  context: ResourceContext,
): JsonObject {
  const { status, reason, outputs } = context.finishStack(stackId);
  if (status === 'DELETE_IN_PROGRESS') throw new Busy(`The deletion of ${stackId}`);
  if (!wanted.includes(status)) {
    throw new AwsError(
      'ValidationError',
      `Embedded stack ${stackId} was not successfully ${verb}: ${reason ?? `its status is ${status}`}`,
    );
  }
  return Object.fromEntries(Object.entries(outputs).map(([key, value]) => [`Outputs.${key}`, value]));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stack.html */
const nestedStack: ResourceType = {
  type: 'AWS::CloudFormation::Stack',
  properties: {
    NotificationARNs: { kind: 'strings' },
    Parameters: { kind: 'map' },
    Tags: { kind: 'tags' },
    TemplateURL: { kind: 'string', required: true },
    TimeoutInMinutes: { kind: 'number' },
  },
  create(values, context) {
    const Tags = tagsOf(values, context.tags);
    const { StackId } = context.api('cloudformation', 'CreateStack', {
      StackName: context.generatedName(128),
      ...pick(values, 'TemplateURL', 'NotificationARNs', 'TimeoutInMinutes'),
      Parameters: parametersOf(values),
      Capabilities: context.capabilities,
      ...(Tags.length > 0 && { Tags }),
    }) as { StackId: string };
    context.made(StackId);
    return { physicalId: StackId, attributes: finished(StackId, ['CREATE_COMPLETE'], 'created', context) };
  },
  update(StackName, values, _before, context) {
    try {
      context.api('cloudformation', 'UpdateStack', {
        StackName,
        ...pick(values, 'TemplateURL', 'NotificationARNs'),
        Parameters: parametersOf(values),
        Capabilities: context.capabilities,
        Tags: tagsOf(values, context.tags),
      });
    } catch (error) {
      const nothing = error instanceof AwsError && error.message.includes('No updates are to be performed.');
      if (!nothing) throw error;
      return finished(StackName, ['CREATE_COMPLETE', 'UPDATE_COMPLETE'], 'updated', context);
    }
    return finished(StackName, ['UPDATE_COMPLETE'], 'updated', context);
  },
  remove(StackName, _values, context) {
    context.api('cloudformation', 'DeleteStack', { StackName });
    finished(StackName, ['DELETE_COMPLETE'], 'deleted', context);
  },
};

/** A presigned address; nobody signals here, so it is only a name. */
const waitConditionHandle: ResourceType = {
  type: 'AWS::CloudFormation::WaitConditionHandle',
  properties: {},
  create: (_values, { region, stackId, logicalId }) => ({
    physicalId: `https://cloudformation-waitcondition-${region}.s3.amazonaws.com/${encodeURIComponent(stackId)}/${logicalId}`,
  }),
  remove: () => undefined,
};

const setMembers = [
  'AdministrationRoleARN',
  'AutoDeployment',
  'Capabilities',
  'Description',
  'ExecutionRoleName',
  'ManagedExecution',
  'TemplateBody',
  'TemplateURL',
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-stackset.html */
const stackSet: ResourceType = {
  type: 'AWS::CloudFormation::StackSet',
  nameProperty: 'StackSetName',
  attributes: ['StackSetId'],
  properties: {
    AdministrationRoleARN: { kind: 'string' },
    AutoDeployment: { kind: 'object' },
    CallAs: { kind: 'string', writeOnly: true },
    Capabilities: { kind: 'strings' },
    Description: { kind: 'string' },
    ExecutionRoleName: { kind: 'string' },
    ManagedExecution: { kind: 'object' },
    OperationPreferences: { kind: 'object', writeOnly: true },
    Parameters: {
      kind: 'objects',
      of: {
        ParameterKey: { kind: 'string', required: true },
        ParameterValue: { kind: 'string', required: true },
      },
    },
    PermissionModel: { kind: 'string', required: true, update: 'replace' },
    StackInstancesGroup: { kind: 'objects' },
    StackSetName: { kind: 'string', required: true, update: 'replace' },
    Tags: { kind: 'tags' },
    TemplateBody: { kind: 'string' },
    TemplateURL: { kind: 'string' },
  },
  create(values, context) {
    const StackSetName = text(values.StackSetName);
    const { StackSetId } = context.api('cloudformation', 'CreateStackSet', {
      StackSetName,
      ...pick(values, ...setMembers, 'PermissionModel', 'CallAs', 'Parameters'),
      Tags: tagsOf(values, context.tags),
    }) as { StackSetId: string };
    context.made(StackSetId);
    instances(StackSetId, values, {}, context);
    return { physicalId: StackSetId, attributes: { StackSetId } };
  },
  update(StackSetId, values, before, context) {
    const changed = [...setMembers, 'Parameters', 'Tags'].some((one) => !same(values[one], before[one]));
    if (changed) {
      const updated = context.api('cloudformation', 'UpdateStackSet', {
        StackSetName: values.StackSetName,
        ...pick(values, ...setMembers, 'PermissionModel', 'CallAs', 'Parameters', 'OperationPreferences'),
        Tags: tagsOf(values, context.tags),
      });
      operationEnded(StackSetId, updated, context);
    }
    instances(StackSetId, values, before, context);
    return { StackSetId };
  },
  remove(id, values, context) {
    const set = pick(values, 'StackSetName', 'CallAs');
    const gone = ['StackSetNotFoundException'];
    const there = context.apiUnless(gone, 'cloudformation', 'ListStackInstances', set);
    if (there === undefined) return;
    const [last] = (context.api('cloudformation', 'ListStackSetOperations', set).Summaries ??
      []) as readonly { Status?: string }[];
    if (['RUNNING', 'QUEUED', 'STOPPING'].includes(last?.Status ?? ''))
      throw new Busy(`${text(set.StackSetName)}'s operation`);
    if ((there.Summaries as readonly unknown[] | undefined)?.length === 0) {
      context.apiUnless(gone, 'cloudformation', 'DeleteStackSet', set);
      return;
    }
    if (context.again) {
      throw new AwsError(
        'ValidationError',
        `The stack instances of ${text(set.StackSetName)} could not be deleted`,
      );
    }
    instances(id, { ...values, StackInstancesGroup: [] }, values, context);
    throw new Busy(`The deletion of ${text(set.StackSetName)}'s instances`);
  },
};

/** A stack set's operation is part of its resource's: the resource fails with it. */
function operationEnded(stackSetId: string, answer: Answer, context: ResourceContext): void {
  const ended = context.finishStackSet(stackSetId, String(answer.OperationId));
  if (ended === undefined || ended.status === 'SUCCEEDED') return;
  throw new AwsError(
    'ValidationError',
    `Operation ${String(answer.OperationId)} of StackSet ${stackSetId} ${ended.status}: ${ended.reason ?? ''}`,
  );
}

/** Instances of groups that are new are made, of groups that are gone deleted. */
function instances(id: string, values: Values, before: Values, context: ResourceContext): void {
  const [now, old] = [objects(values.StackInstancesGroup), objects(before.StackInstancesGroup)];
  const shared = pick(values, 'StackSetName', 'CallAs', 'OperationPreferences');
  const input = (group: JsonObject): Record<string, Json> => ({
    ...shared,
    Regions: list(group.Regions),
    DeploymentTargets: group.DeploymentTargets ?? {},
  });
  for (const group of old.filter((one) => !now.some((other) => same(one, other)))) {
    const asked = { ...input(group), RetainStacks: false };
    operationEnded(id, context.api('cloudformation', 'DeleteStackInstances', asked), context);
  }
  for (const group of now.filter((one) => !old.some((other) => same(one, other)))) {
    const ParameterOverrides = group.ParameterOverrides;
    const asked = { ...input(group), ParameterOverrides };
    operationEnded(id, context.api('cloudformation', 'CreateStackInstances', asked), context);
  }
}

export const cloudformationTypes: readonly ResourceType[] = [nestedStack, waitConditionHandle, stackSet];

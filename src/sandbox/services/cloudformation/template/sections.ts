import type { DeletionPolicy, Json, JsonObject } from '../model.ts';
import { formatError, invalid } from './fail.ts';
import type { TemplateOutput, TemplateParameter, TemplateResource } from './model.ts';
import { isList, isObject } from './parse.ts';
import { textOf } from './resolve.ts';

const alphanumeric = /^[A-Za-z0-9]{1,255}$/;

/** The members of a section, which must be an object of objects. */
export function section(template: JsonObject, name: string): [string, JsonObject][] {
  const value = template[name];
  if (value === undefined) return [];
  if (!isObject(value)) throw formatError(`${name} must be an object.`);
  return Object.entries(value).map(([key, member]) => {
    if (!isObject(member)) {
      throw formatError(`[/${name}/${key}] Every ${name} member must be an object.`);
    }
    return [key, member];
  });
}

const parameterMembers = new Set([
  'Type',
  'Default',
  'NoEcho',
  'AllowedValues',
  'AllowedPattern',
  'MaxLength',
  'MinLength',
  'MaxValue',
  'MinValue',
  'Description',
  'ConstraintDescription',
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html */
export function readParameter(name: string, from: JsonObject): TemplateParameter {
  if (!alphanumeric.test(name)) throw formatError(`Parameter name ${name} is non alphanumeric.`);
  const unknown = Object.keys(from).filter((key) => !parameterMembers.has(key));
  if (unknown.length > 0) throw invalid(`Invalid template parameter property '${unknown[0]}'`);
  const type = from.Type;
  if (typeof type !== 'string') throw formatError('Every Parameters object must contain a Type member.');
  if (!isParameterType(type)) throw formatError(`Unrecognized parameter type: ${type}`);
  const number = (key: string) => {
    const value = from[key];
    if (value === undefined) return {};
    if (textOf(value)?.trim() === '' || !Number.isFinite(Number(textOf(value)))) {
      throw formatError(`Parameter ${name} has a ${key} that is not a number.`);
    }
    return { [key.charAt(0).toLowerCase() + key.slice(1)]: Number(textOf(value)) };
  };
  const text = (key: string) => {
    const value = textOf(from[key]);
    return value === undefined ? {} : { [key.charAt(0).toLowerCase() + key.slice(1)]: value };
  };
  if (from.AllowedValues !== undefined && !isList(from.AllowedValues)) {
    throw formatError(`Parameter ${name} has AllowedValues that are not a list.`);
  }
  const standard = textOf(from.Default);
  if (from.Default !== undefined && standard === undefined) {
    throw formatError('Every Default member must be a string.');
  }
  return {
    name,
    type,
    noEcho: textOf(from.NoEcho)?.toLowerCase() === 'true',
    ...(standard !== undefined && { default: standard }),
    ...(isList(from.AllowedValues) && { allowedValues: from.AllowedValues.map((v) => textOf(v) ?? '') }),
    ...text('Description'),
    ...text('AllowedPattern'),
    ...text('ConstraintDescription'),
    ...number('MinLength'),
    ...number('MaxLength'),
    ...number('MinValue'),
    ...number('MaxValue'),
  };
}

const awsTypes =
  /^(List<)?AWS::(EC2::(AvailabilityZone::Name|Image::Id|Instance::Id|KeyPair::KeyName|SecurityGroup::(GroupName|Id)|Subnet::Id|Volume::Id|VPC::Id)|Route53::HostedZone::Id|SSM::Parameter::Name)(?:>)?$/;

export const isParameterType = (type: string): boolean =>
  ['String', 'Number', 'List<Number>', 'List<String>', 'CommaDelimitedList'].includes(type) ||
  (awsTypes.test(type) && type.startsWith('List<') === type.endsWith('>')) ||
  /^AWS::SSM::Parameter::Value<.+>$/.test(type);

const resourceMembers = new Set([
  'Type',
  'Properties',
  'Condition',
  'DependsOn',
  'DeletionPolicy',
  'UpdateReplacePolicy',
  'UpdatePolicy',
  'CreationPolicy',
  'Metadata',
]);
const policies = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];

export function readResource(logicalId: string, from: JsonObject): TemplateResource {
  if (!alphanumeric.test(logicalId)) throw formatError(`Resource name ${logicalId} is non alphanumeric.`);
  const unknown = Object.keys(from).find((key) => !resourceMembers.has(key));
  if (unknown !== undefined) throw invalid(`Invalid template resource property '${unknown}'`);
  const { Type: type, Properties: properties = {}, Condition: condition, DependsOn: after } = from;
  if (typeof type !== 'string') {
    throw formatError(`[/Resources/${logicalId}] Every Resources object must contain a Type member.`);
  }
  if (!isObject(properties)) {
    throw formatError(`[/Resources/${logicalId}/Properties] Properties must be an object.`);
  }
  if (condition !== undefined && typeof condition !== 'string') {
    throw formatError('Every Condition member must be a string.');
  }
  const dependsOn = after === undefined ? [] : isList(after) ? after : [after];
  if (!dependsOn.every((name) => typeof name === 'string')) {
    throw formatError('Every DependsOn value must be a string.');
  }
  return {
    logicalId,
    type,
    properties,
    dependsOn: dependsOn as readonly string[],
    ...(condition !== undefined && { condition }),
    ...policy(from, 'DeletionPolicy'),
    ...policy(from, 'UpdateReplacePolicy'),
    ...(from.Metadata !== undefined && { metadata: from.Metadata }),
  };
}

function policy(from: JsonObject, member: 'DeletionPolicy' | 'UpdateReplacePolicy'): object {
  const value = from[member];
  if (value === undefined) return {};
  if (typeof value !== 'string' || !policies.includes(value)) {
    throw formatError(`Unrecognized ${member} ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  }
  return { [member.charAt(0).toLowerCase() + member.slice(1)]: value as DeletionPolicy };
}

const outputMembers = new Set(['Value', 'Description', 'Condition', 'Export']);

export function readOutput(key: string, from: JsonObject): TemplateOutput {
  if (!alphanumeric.test(key)) throw formatError(`Output name ${key} is non alphanumeric.`);
  const unknown = Object.keys(from).find((member) => !outputMembers.has(member));
  if (unknown !== undefined) throw invalid(`Invalid template output property '${unknown}'`);
  const { Value: value, Description: description, Condition: condition, Export: exported } = from;
  if (value === undefined) {
    throw formatError(`[/Outputs/${key}] Every Outputs member must contain a Value object`);
  }
  if (description !== undefined && typeof description !== 'string') {
    throw formatError('Every Description member must be a string.');
  }
  if (condition !== undefined && typeof condition !== 'string') {
    throw formatError('Every Condition member must be a string.');
  }
  const exportName: Json | undefined = isObject(exported) ? exported.Name : undefined;
  if (exported !== undefined && exportName === undefined) {
    throw formatError(`[/Outputs/${key}/Export] Every Export member must contain a Name.`);
  }
  return {
    key,
    value,
    ...(description !== undefined && { description }),
    ...(condition !== undefined && { condition }),
    ...(exportName !== undefined && { exportName }),
  };
}

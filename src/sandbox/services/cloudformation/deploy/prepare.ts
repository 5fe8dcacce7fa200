import { AwsError } from '../../../types.ts';
import type { Recipe, StackTag } from '../model.ts';
import { resourceType } from '../resources/registry.ts';
import { missingCapability } from '../template/capabilities.ts';
import { formatError, invalid, templateError } from '../template/fail.ts';
import { collect, noMentions } from '../template/functions.ts';
import type { Template } from '../template/model.ts';
import { parameterTexts } from '../template/parameters.ts';
import { readTemplate } from '../template/read.ts';
import { checkRules } from '../template/rules.ts';

/** Checks a template against the resource types that exist, besides what it checks by itself. */
export function readDeployable(text: string): Template {
  const template = readTemplate(text);
  const unknown = new Set<string>();
  for (const { type } of template.resources.values()) {
    if (resourceType(type) === undefined) unknown.add(type);
  }
  if (unknown.size > 0) throw formatError(`Unrecognized resource types: [${[...unknown].join(', ')}]`);
  const values = [
    ...[...template.resources.values()].map(({ properties }) => properties),
    ...[...template.outputs.values()].map(({ value }) => value),
  ];
  for (const { logicalId, attribute } of collect(values, noMentions()).attributes) {
    const type = resourceType(template.resources.get(logicalId)?.type ?? '');
    if (type === undefined || attribute === '' || type.attributes?.includes(attribute) === true) continue;
    // A nested stack has whatever outputs its template has.
    if (type.type === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')) continue;
    throw templateError(`resource ${logicalId} does not support attribute type ${attribute} in Fn::GetAtt`);
  }
  return template;
}

/** All that the API refuses before an operation begins. */
export function prepareRecipe(given: {
  readonly template: string;
  readonly parameters?: Readonly<Record<string, string>> | undefined;
  readonly capabilities?: readonly string[] | undefined;
  readonly tags?: readonly StackTag[] | undefined;
  readonly notificationArns?: readonly string[] | undefined;
}): Recipe {
  const template = readDeployable(given.template);
  const parameters = parameterTexts(template, given.parameters ?? {});
  checkRules(template, parameters);
  const capabilities = given.capabilities ?? [];
  const missing = missingCapability(template, capabilities);
  if (missing !== undefined) {
    throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${missing}]`);
  }
  const tags = given.tags ?? [];
  const seen = new Set<string>();
  for (const { Key } of tags) {
    if (Key.toLowerCase().startsWith('aws:')) {
      throw invalid('Tag keys beginning with aws: are reserved for system use');
    }
    if (seen.has(Key.toLowerCase())) {
      throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    seen.add(Key.toLowerCase());
  }
  return {
    template: given.template,
    parameters,
    capabilities,
    tags,
    notificationArns: given.notificationArns ?? [],
  };
}

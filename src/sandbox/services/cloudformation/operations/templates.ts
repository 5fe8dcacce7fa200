import type * as cfn from '@aws-sdk/client-cloudformation';
import type { Call, Operation } from '../../../types.ts';
import { type Input, operation } from '../../operation.ts';
import type { World } from '../../world.ts';
import { resourceType } from '../resources/registry.ts';
import type { Ask as SetAsk } from '../stacksets/ask.ts';
import { neededCapabilities } from '../template/capabilities.ts';
import { invalid } from '../template/fail.ts';
import type { Template } from '../template/model.ts';
import { readTemplate } from '../template/read.ts';
import type { Ask } from './ask.ts';
import { needStack, templateText } from './input.ts';
import { withoutValues } from './trail.ts';

/** What a template asks for, before anything is made of it. */
export function templateOperations(world: World, ask: Ask, sets: SetAsk): readonly Operation[] {
  const summarized = (input: Input<cfn.GetTemplateSummaryInput>, call: Call): string => {
    const { StackName, StackSetName, CallAs, TemplateBody, TemplateURL } = input;
    const sources = [StackName, StackSetName, TemplateBody, TemplateURL].filter((one) => one !== undefined);
    // "You must specify only one"; unverified: the words.
    if (sources.length > 1) {
      throw invalid('You must specify exactly one of StackName, StackSetName, TemplateBody, or TemplateURL');
    }
    if (StackSetName !== undefined) return sets.templateOf(call, { StackSetName, CallAs });
    if (StackName === undefined) return templateText(world, call, input);
    const text = needStack(ask, StackName, call).recipe?.template;
    if (text === undefined) throw invalid(`Stack [${StackName}] does not have a template`);
    return text;
  };
  return [
    operation<cfn.ValidateTemplateInput, cfn.ValidateTemplateOutput>({
      name: 'ValidateTemplate',
      readOnly: true,
      authorize: ({ TemplateURL }) => [
        {
          action: 'cloudformation:ValidateTemplate',
          resource: '*',
          context: { 'cloudformation:TemplateUrl': TemplateURL },
        },
      ],
      trail: withoutValues,
      handle: (input, call) => {
        const template = readTemplate(templateText(world, call, input));
        return {
          Parameters: [...template.parameters.values()].map((p) => ({
            ParameterKey: p.name,
            ...(p.default !== undefined && { DefaultValue: p.default }),
            NoEcho: p.noEcho,
            ...(p.description !== undefined && { Description: p.description }),
          })),
          ...(template.description !== undefined && { Description: template.description }),
          ...capabilities(template),
        };
      },
    }),
    operation<cfn.GetTemplateSummaryInput, cfn.GetTemplateSummaryOutput>({
      name: 'GetTemplateSummary',
      readOnly: true,
      authorize: ({ StackName, StackSetName, CallAs, TemplateURL }, call) => {
        if (StackSetName !== undefined) return sets.set('GetTemplateSummary', call, { StackSetName, CallAs });
        return StackName === undefined
          ? [
              {
                action: 'cloudformation:GetTemplateSummary',
                resource: '*',
                context: { 'cloudformation:TemplateUrl': TemplateURL },
              },
            ]
          : ask.stack('GetTemplateSummary', StackName, call);
      },
      trail: withoutValues,
      handle: (input, call) => {
        const text = summarized(input, call);
        const template = readTemplate(text);
        const types = [...new Set([...template.resources.values()].map(({ type }) => type))];
        return {
          Parameters: [...template.parameters.values()].map((p) => ({
            ParameterKey: p.name,
            ...(p.default !== undefined && { DefaultValue: p.default }),
            ParameterType: p.type,
            NoEcho: p.noEcho,
            ...(p.description !== undefined && { Description: p.description }),
            ParameterConstraints:
              p.allowedValues === undefined ? {} : { AllowedValues: [...p.allowedValues] },
          })),
          ...(template.description !== undefined && { Description: template.description }),
          ...capabilities(template),
          ResourceTypes: types,
          Version: '2010-09-09',
          ...(template.metadata !== undefined && { Metadata: JSON.stringify(template.metadata) }),
          ResourceIdentifierSummaries: types.flatMap((type) => {
            const name = resourceType(type)?.nameProperty;
            if (name === undefined) return [];
            const all = [...template.resources.values()].filter((r) => r.type === type);
            return [
              {
                ResourceType: type,
                LogicalResourceIds: all.map(({ logicalId }) => logicalId),
                ResourceIdentifiers: [identifierOf(type, name)],
              },
            ];
          }),
        };
      },
    }),
  ];
}

/** A managed policy is known by its ARN, everything else by its name. */
const identifierOf = (type: string, name: string): string =>
  type === 'AWS::IAM::ManagedPolicy' ? 'PolicyArn' : name;

function capabilities(
  template: Template,
): Pick<cfn.ValidateTemplateOutput, 'Capabilities' | 'CapabilitiesReason'> {
  const { capabilities: needed, reason } = neededCapabilities(template);
  if (needed.length === 0) return {};
  return { Capabilities: [...needed], ...(reason !== undefined && { CapabilitiesReason: reason }) };
}

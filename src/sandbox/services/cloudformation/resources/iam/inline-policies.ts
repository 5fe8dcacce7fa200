import type { Json } from '../../model.ts';
import {
  documentText,
  list,
  type Properties,
  type ResourceContext,
  type ResourceType,
  same,
  text,
  type Values,
} from '../types.ts';
import { decodedDocument, GONE, group, type Holder, role, user } from './holder.ts';

const holders: readonly [property: string, holder: Holder][] = [
  ['Roles', role],
  ['Users', user],
  ['Groups', group],
];

function sync(values: Values, before: Values, context: ResourceContext): void {
  const changed =
    values.PolicyName !== before.PolicyName || !same(values.PolicyDocument, before.PolicyDocument);
  for (const [property, { kind, key }] of holders) {
    const [now, old] = [list(values[property]), list(before[property])];
    for (const name of now) {
      if (!changed && old.includes(name)) continue;
      context.api('iam', `Put${kind}Policy`, {
        [key]: name,
        PolicyName: values.PolicyName,
        PolicyDocument: documentText(values.PolicyDocument),
      });
    }
    for (const name of old) {
      if (now.includes(name) && values.PolicyName === before.PolicyName) continue;
      context.apiUnless(GONE, 'iam', `Delete${kind}Policy`, { [key]: name, PolicyName: before.PolicyName });
    }
  }
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-policy.html */
export const iamPolicy: ResourceType = {
  type: 'AWS::IAM::Policy',
  attributes: ['Id'],
  properties: {
    Groups: { kind: 'strings' },
    PolicyDocument: { kind: 'json', required: true },
    PolicyName: { kind: 'string', required: true },
    Roles: { kind: 'strings' },
    Users: { kind: 'strings' },
  },
  create(values, context) {
    const physicalId = context.generatedName(64);
    context.made(physicalId);
    sync(values, {}, context);
    return { physicalId, attributes: { Id: physicalId } };
  },
  update(id, values, before, context) {
    sync(values, before, context);
    return { Id: id };
  },
  remove(_id, values, context) {
    sync({ PolicyName: values.PolicyName ?? '' }, values, context);
  },
};

/** AWS::IAM::RolePolicy and its two sisters: one inline policy of one holder. */
function holderPolicy({ kind, key }: Holder): ResourceType {
  const properties: Properties = {
    PolicyDocument: { kind: 'json' },
    PolicyName: { kind: 'string', required: true, update: 'replace' },
    [key]: { kind: 'string', required: true, update: 'replace' },
  };
  const names = (values: Values) => ({ [key]: text(values[key]), PolicyName: text(values.PolicyName) });
  const put = (values: Values, context: ResourceContext) =>
    context.api('iam', `Put${kind}Policy`, {
      ...names(values),
      PolicyDocument: documentText(values.PolicyDocument),
    });
  return {
    type: `AWS::IAM::${kind}Policy`,
    properties,
    create(values, context) {
      put(values, context);
      return { physicalId: `${text(values.PolicyName)}|${text(values[key])}` };
    },
    update(_id, values, _before, context) {
      put(values, context);
      return undefined;
    },
    remove(_id, values, context) {
      context.apiUnless(GONE, 'iam', `Delete${kind}Policy`, names(values));
    },
    read(_id, values, context) {
      const found = context.apiUnless(GONE, 'iam', `Get${kind}Policy`, names(values));
      if (found === undefined) return undefined;
      return {
        ...(names(values) as Record<string, Json>),
        PolicyDocument: decodedDocument(found.PolicyDocument),
      };
    },
  };
}

export const iamHolderPolicies: readonly ResourceType[] = [role, user, group].map(holderPolicy);

import type { Json, JsonObject } from '../../model.ts';
import { tagChanges } from '../tags.ts';
import {
  canonical,
  documentText,
  list,
  objects,
  type Properties,
  type ResourceContext,
  text,
  type Values,
} from '../types.ts';

/** Users, groups and roles are alike in what CloudFormation does with their policies. */
export interface Holder {
  /** `Role`, as it stands in operation names. */
  readonly kind: 'Role' | 'User' | 'Group';
  /** `RoleName` */
  readonly key: string;
}

export const role: Holder = { kind: 'Role', key: 'RoleName' };
export const user: Holder = { kind: 'User', key: 'UserName' };
export const group: Holder = { kind: 'Group', key: 'GroupName' };

export const GONE = ['NoSuchEntity'];

export const policyProperties: Properties = {
  ManagedPolicyArns: { kind: 'strings' },
  Policies: {
    kind: 'objects',
    of: { PolicyName: { kind: 'string', required: true }, PolicyDocument: { kind: 'json', required: true } },
  },
};

/** Brings attached and inline policies from one set to the other. */
export function syncPolicies(
  { kind, key }: Holder,
  name: string,
  values: Values,
  before: Values,
  context: ResourceContext,
): void {
  const [now, old] = [list(values.ManagedPolicyArns), list(before.ManagedPolicyArns)];
  for (const PolicyArn of now) {
    if (!old.includes(PolicyArn)) context.api('iam', `Attach${kind}Policy`, { [key]: name, PolicyArn });
  }
  for (const PolicyArn of old) {
    if (now.includes(PolicyArn)) continue;
    context.apiUnless(GONE, 'iam', `Detach${kind}Policy`, { [key]: name, PolicyArn });
  }
  const inline = inlineOf(values);
  const inlineBefore = inlineOf(before);
  for (const [PolicyName, document] of inline) {
    if (canonical(inlineBefore.get(PolicyName)) === canonical(document)) continue;
    const PolicyDocument = documentText(document);
    context.api('iam', `Put${kind}Policy`, { [key]: name, PolicyName, PolicyDocument });
  }
  for (const PolicyName of inlineBefore.keys()) {
    if (inline.has(PolicyName)) continue;
    context.apiUnless(GONE, 'iam', `Delete${kind}Policy`, { [key]: name, PolicyName });
  }
}

const inlineOf = (values: Values): Map<string, Json | undefined> =>
  new Map(objects(values.Policies).map((policy) => [text(policy.PolicyName), policy.PolicyDocument]));

export function syncBoundary(
  { kind, key }: Holder,
  name: string,
  values: Values,
  before: Values,
  context: ResourceContext,
): void {
  const { PermissionsBoundary } = values;
  if (PermissionsBoundary === before.PermissionsBoundary) return;
  if (PermissionsBoundary === undefined) {
    context.apiUnless(GONE, 'iam', `Delete${kind}PermissionsBoundary`, { [key]: name });
  } else {
    context.api('iam', `Put${kind}PermissionsBoundary`, { [key]: name, PermissionsBoundary });
  }
}

export function syncTags(
  kind:
    | 'Role'
    | 'User'
    | 'Policy'
    | 'InstanceProfile'
    | 'OpenIDConnectProvider'
    | 'SAMLProvider'
    | 'MFADevice',
  key: string,
  name: string,
  values: Values,
  before: Values,
  context: ResourceContext,
): void {
  const { set, removed } = tagChanges(values, before, context);
  if (removed.length > 0) context.api('iam', `Untag${kind}`, { [key]: name, TagKeys: removed });
  if (set.length > 0) context.api('iam', `Tag${kind}`, { [key]: name, Tags: set });
}

/** IAM answers documents as encoded text. */
export function decodedDocument(encoded: unknown): Json {
  try {
    return JSON.parse(decodeURIComponent(String(encoded))) as Json;
  } catch {
    return String(encoded);
  }
}

/** Attached and inline policies as they are. */
export function readPolicies({ kind, key }: Holder, name: string, context: ResourceContext): JsonObject {
  const attached = context.api('iam', `ListAttached${kind}Policies`, { [key]: name, MaxItems: 1000 });
  const inline = context.api('iam', `List${kind}Policies`, { [key]: name, MaxItems: 1000 });
  return {
    ManagedPolicyArns: (attached.AttachedPolicies as readonly { PolicyArn: string }[]).map(
      (p) => p.PolicyArn,
    ),
    Policies: (inline.PolicyNames as readonly string[]).map((PolicyName) => {
      const { PolicyDocument } = context.api('iam', `Get${kind}Policy`, { [key]: name, PolicyName });
      return { PolicyName, PolicyDocument: decodedDocument(PolicyDocument) };
    }),
  };
}

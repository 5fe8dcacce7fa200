import type * as iam from '@aws-sdk/client-iam';
import { globMatch } from '../../../../base/index.ts';
import { invalidInput } from '../find.ts';
import type { Source, SourcePolicy } from './source.ts';

type Identifier = iam.PolicyIdentifier;

/** "Use at most one `*` …, and any number of `?`". */
const oneStar = (pattern: string): boolean => pattern.indexOf('*') === pattern.lastIndexOf('*');

/** `arn:aws:iam::ACCOUNT:policy/PATH/NAME`; wildcards "in the resource name portion" only. */
const policyArn = /^arn:[\w-]+:iam::(?:aws|\d{12}):policy\/[^:]+$/;

/** What "syntactically invalid identifiers" are is told in words only. unverified: the texts. */
function check(identifier: Identifier): void {
  const { PolicyArn, InlinePolicyIdentifier, PolicyType } = identifier;
  if (PolicyArn !== undefined && !(policyArn.test(PolicyArn) && oneStar(PolicyArn)))
    throw invalidInput(`Invalid policy ARN in PolicyExclusionList: ${PolicyArn}`);
  if (InlinePolicyIdentifier !== undefined && !oneStar(InlinePolicyIdentifier.AttachmentName ?? ''))
    throw invalidInput(
      `Invalid attachment name in PolicyExclusionList: ${InlinePolicyIdentifier.AttachmentName}`,
    );
  if ([PolicyArn, InlinePolicyIdentifier, PolicyType].filter((one) => one !== undefined).length !== 1)
    throw invalidInput(
      'Each member of PolicyExclusionList has one of PolicyType, PolicyArn and InlinePolicyIdentifier.',
    );
}

/** Is it this one? A boundary has a type of its own, and no ARN finds it: it isn't "attached". */
function names({ PolicyType, PolicyArn, InlinePolicyIdentifier }: Identifier, policy: SourcePolicy): boolean {
  const { inline, managed } = policy;
  if (managed !== undefined) {
    if (PolicyArn !== undefined) return globMatch(PolicyArn, managed.arn);
    return PolicyType === (managed.owner === 'aws' ? 'aws-managed' : 'user-managed');
  }
  if (inline === undefined) return false;
  if (InlinePolicyIdentifier === undefined) return PolicyType === 'inline';
  const { PolicyName, AttachmentType, AttachmentName = '' } = InlinePolicyIdentifier;
  return (
    PolicyName === inline.name && AttachmentType === inline.type && globMatch(AttachmentName, inline.holder)
  );
}

/** What is left of a source, and whether SCPs count. "Identifiers that target RCPs are also ignored": none counts. */
export function without(
  source: Source,
  identifiers: readonly Identifier[] = [],
): Source & { readonly limitedByScps: boolean } {
  identifiers.forEach(check);
  const { boundary, ...rest } = source;
  const excludes = (type: iam.PolicyIdentifierPolicyType) =>
    identifiers.some(({ PolicyType }) => PolicyType === type);
  return {
    ...rest,
    policies: source.policies.filter((policy) => !identifiers.some((one) => names(one, policy))),
    ...(boundary && !excludes('permission-boundary') && { boundary }),
    limitedByScps: !excludes('scp'),
  };
}

import type { RuleEntry } from '../lint/rule.ts';

const error = (id: string, title: string, explanation: string, fix: string): RuleEntry => ({
  id,
  severity: 'error',
  title,
  explanation,
  fix,
});

/** What AWS refuses depending on what a document is used as: found by the parser when it is told the kind. */
export const refusals: readonly RuleEntry[] = [
  error(
    'forbidden-element',
    'An element that this kind of policy must not have',
    'A trust policy has no `Resource`, `NotResource` or `NotPrincipal`: the resource is the role itself, and AWS ' +
      'refuses the document (“Has prohibited field Resource”). Identity policies, boundaries, session policies and SCPs ' +
      'have no `Principal`: it is whoever they are attached to. RCPs have no `NotPrincipal` and no `NotAction`; only ' +
      'resource policies have an `Id`.',
    'Remove the element. To exclude somebody from a trust policy, use a condition on `aws:PrincipalArn`.',
  ),
  error(
    'missing-element',
    'An element is missing',
    'Every statement has `Effect` and `Action` (or `NotAction`). Trust, resource and VPC endpoint policies also have a ' +
      '`Principal`; all others a `Resource`.',
    'Add the element.',
  ),
  error(
    'trust-action',
    'A trust policy speaks of an action that is not about entering the role',
    'The trust policy decides who may enter. AWS refuses other actions: “AssumeRole policy may only specify STS ' +
      'AssumeRole actions”.',
    'Use `sts:AssumeRole`, `sts:AssumeRoleWithSAML`, `sts:AssumeRoleWithWebIdentity`, `sts:TagSession`, ' +
      '`sts:SetSourceIdentity`; put other permissions into a permission policy.',
  ),
  error(
    'rcp-principal',
    'The Principal of an RCP is not "*"',
    'Resource control policies hold for everyone; whom a statement spares is said by conditions.',
    'Write `"Principal": "*"` and a condition on `aws:PrincipalArn`, `aws:PrincipalOrgID` or `aws:PrincipalIsAWSService`.',
  ),
  error(
    'rcp-allow',
    'An RCP that allows',
    'Only `RCPFullAWSAccess`, which AWS attaches everywhere, allows. All other resource control policies deny.',
    'Turn the statement into a Deny of what is not meant to be possible.',
  ),
  error(
    'sid-characters',
    'A Sid with other characters than letters and digits',
    'IAM and Organizations take `A-Z a-z 0-9` in a `Sid`; only some services allow more in resource policies.',
    'Remove the other characters.',
  ),
  error(
    'document-character',
    'A character beyond U+00FF',
    'IAM takes tab, line feed, carriage return and U+0020 to U+00FF in the text of a policy.',
    'Write the character as a `\\u` escape.',
  ),
];

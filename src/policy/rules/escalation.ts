import { coversAction, hasWideResource, isWide } from '../lint/actions.ts';
import { pinned } from '../lint/clauses.ts';
import { identityKinds, type Rule } from '../lint/rule.ts';
import type { Statement } from '../types.ts';

/** Each of these, on all resources, lets its holder give itself any permission. */
export const escalatingActions: readonly string[] = [
  ...['User', 'Role', 'Group'].flatMap((who) => [`iam:Put${who}Policy`, `iam:Attach${who}Policy`]),
  ...['User', 'Role'].flatMap((who) => [
    `iam:Put${who}PermissionsBoundary`,
    `iam:Delete${who}PermissionsBoundary`,
  ]),
  'iam:AddUserToGroup',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:DeactivateMFADevice',
  'iam:PassRole',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
];

const isEverything = (statement: Statement): boolean =>
  (statement.action ?? []).some((a) => /^(\*|\*:\?*\*[*?]*)$/.test(a.value) && !a.value.includes('??'));

const where = (statement: Statement) =>
  statement.resource?.find((r) => isWide(r.value))?.span ??
  statement.notResource?.[0]?.span ??
  statement.span;

export const fullAccess: Rule = {
  id: 'full-access',
  severity: 'warning',
  title: 'Every action on every resource',
  kinds: identityKinds,
  explanation:
    '`"Action": "*"` on `"Resource": "*"` makes its holder an administrator: whoever steals one session owns the ' +
    'account. A role that is entered from another account should not hold it.',
  fix: 'List the actions the role is for; begin with `ReadOnlyAccess` or `SecurityAudit` and add.',
  example: {
    bad: '"Action": "*", "Resource": "*"',
    good: '"Action": ["ec2:Describe*", "iam:GetRole"], "Resource": "*"',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || !isEverything(statement) || !hasWideResource(statement)) continue;
      yield {
        span: statement.action?.[0]?.span ?? statement.span,
        statement,
        message: 'every action on every resource is allowed: this is an administrator',
        help: 'list the actions that are needed',
      };
    }
  },
};

export const privilegeEscalation: Rule = {
  id: 'privilege-escalation',
  severity: 'warning',
  title: 'Permissions with which one can give oneself more',
  kinds: identityKinds,
  explanation:
    'Actions such as `iam:PutRolePolicy`, `iam:CreatePolicyVersion`, `iam:UpdateAssumeRolePolicy`, `iam:CreateAccessKey` ' +
    'or `iam:PassRole` on all resources are worth as much as `*`: the holder changes a policy, trusts itself, makes a ' +
    'key for an administrator or hands an administrator’s role to a machine.',
  fix:
    'Name the roles, users or policies in `Resource`, or bind the action with `iam:PermissionsBoundary`, ' +
    '`iam:PolicyARN`, `iam:PassedToService` or a resource tag.',
  example: {
    bad: '"Action": "iam:PassRole", "Resource": "*"',
    good: '"Action": "iam:PassRole", "Resource": "arn:aws:iam::657654036224:role/app/*"',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || isEverything(statement) || !hasWideResource(statement)) continue;
      if (pinned(statement, ['iam:permissionsboundary', 'iam:policyarn', 'iam:passedtoservice'])) continue;
      if (pinned(statement, ['aws:resourcetag/', 'iam:resourcetag/'])) continue;
      const found = escalatingActions.filter((action) => coversAction(statement, action));
      if (found.length === 0) continue;
      yield {
        span: where(statement),
        statement,
        message: `on all resources, ${list(found)} let${found.length === 1 ? 's' : ''} the holder give itself any permission`,
        help: 'name the resources, or add a condition on iam:PermissionsBoundary, iam:PolicyARN or iam:PassedToService',
      };
    }
  },
};

function list(actions: readonly string[]): string {
  if (actions.length <= 3) return actions.join(', ').replace(/, ([^,]*)$/, ' and $1');
  return `${actions.slice(0, 3).join(', ')} and ${actions.length - 3} more`;
}

export const assumeAnyRole: Rule = {
  id: 'assume-any-role',
  severity: 'warning',
  title: 'Any role may be assumed',
  kinds: identityKinds,
  explanation:
    '`sts:AssumeRole` on `*` reaches every role whose trust policy names the account, now and later, in every AWS ' +
    'account. Account isolation then rests on other people’s trust policies alone.',
  fix: 'List the role ARNs, or `arn:aws:iam::*:role/path/Name` with `aws:ResourceOrgID`.',
  example: {
    bad: '"Action": "sts:AssumeRole", "Resource": "*"',
    good: '"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::657654036224:role/SecurityAuditRole"',
  },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || isEverything(statement) || !hasWideResource(statement)) continue;
      if (!coversAction(statement, 'sts:AssumeRole')) continue;
      if (pinned(statement, ['aws:resourceaccount', 'aws:resourceorgid', 'aws:resourceorgpaths'])) continue;
      if (pinned(statement, ['aws:resourcetag/', 'iam:resourcetag/'])) continue;
      yield {
        span: where(statement),
        statement,
        message: 'every role of every account that trusts this one may be assumed',
        help: 'list the ARNs of the roles',
      };
    }
  },
};

export const notActionAllow: Rule = {
  id: 'not-action-allow',
  severity: 'warning',
  title: 'Everything but … is allowed',
  kinds: identityKinds,
  explanation:
    '`NotAction` with `Allow` grants every action that is not named, also those of services that AWS launches next year.',
  fix: 'List what is allowed with `Action`; take back with a `Deny`.',
  example: { bad: '"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"' },
  *check({ statements }) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow' || statement.notAction === undefined || !hasWideResource(statement))
        continue;
      yield {
        span: statement.notAction[0]?.span ?? statement.span,
        statement,
        message: 'every action that is not named here is allowed, future ones too',
        help: 'list with Action what is allowed',
      };
    }
  },
};

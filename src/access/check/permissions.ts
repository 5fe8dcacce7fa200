import { formatDuration, globMatch } from '../../base/index.ts';
import type { StatementJson } from '../../policy/index.ts';
import type { Role } from '../types.ts';
import type { Say } from './check.ts';

/** What turns one permission into all of them: new policies, new trust, new credentials, passed roles. */
const escalations = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreatePolicyVersion',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PassRole',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateLoginProfile',
] as const;

/** Turning off the lights: what an intruder does first. */
const blinding = [
  'cloudtrail:DeleteTrail',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
  'config:StopConfigurationRecorder',
  'guardduty:DeleteDetector',
] as const;

const adminPolicies = new Set(['AdministratorAccess', 'IAMFullAccess', 'PowerUserAccess']);

/** Over-privilege, and the missing second line of defence. */
export function checkPermissions(role: Role, say: Say): void {
  const { name, span, permissions } = role;
  for (const arn of permissions.managed) {
    const policy = arn.slice(arn.lastIndexOf('/') + 1);
    if (arn.includes(':aws:policy/') && adminPolicies.has(policy)) {
      const message = `${name} carries ${policy}: whoever enters it can do nearly anything in ${role.accounts.length} account(s)`;
      say(
        'warning',
        'admin-policy',
        span,
        message,
        'Name the actions that the work needs, or set a boundary.',
      );
    }
  }
  const statements = permissions.inline?.Statement ?? [];
  const allowed = statements.filter((s) => s.Effect === 'Allow');
  const denied = statements.filter((s) => s.Effect === 'Deny');
  if (allowed.some((s) => s.NotAction !== undefined)) {
    const message = `${name} allows everything but a list (NotAction), and so every action that AWS adds later`;
    say('warning', 'allow-not-action', span, message, 'List what is allowed.');
  }
  const actions = allowed.flatMap((s) => list(s.Action));
  const everything = actions.some((a) => /^\*+(?::\*+)?$/.test(a));
  if (everything) {
    say(
      'warning',
      'wildcard-grant',
      span,
      `${name} allows every action`,
      'Name the actions that the work needs.',
    );
  }
  for (const action of new Set(actions)) {
    if (/^[^*?:]+:\*+$/.test(action)) {
      const message = `${name} allows ${action}: every action of the service, writing ones and future ones too`;
      say(
        'warning',
        'wildcard-grant',
        span,
        message,
        `Narrow it, like ${action.replace(/\*+$/, 'Describe*')}.`,
      );
    }
  }
  report(escalations, 'escalation', 'can raise its own privileges');
  report(blinding, 'blinding', 'can switch off the logs that would show its misuse');

  if (actions.length > 0 && denied.length === 0) {
    const message = `${name} denies nothing: a policy attached later widens it without contradiction`;
    say('warning', 'no-explicit-deny', span, message, 'Add `deny:` with what it must never do.');
  }
  if (role.maxSessionDuration > 3600) {
    const asked = formatDuration(role.maxSessionDuration);
    const message = `sessions of ${name} last up to ${asked}: so long do stolen credentials work`;
    say(
      'warning',
      'long-session',
      span,
      message,
      'Renewing is cheap: an MFA session of 12h opens roles for 1h each.',
    );
  }

  function report(dangerous: readonly string[], code: string, what: string): void {
    const open = dangerous.filter(
      (action) => allowed.some((s) => covers(s, action)) && !denied.some((s) => blocks(s, action)),
    );
    if (open.length === 0) return;
    const shown =
      open.length > 4 ? `${open.slice(0, 4).join(', ')} and ${open.length - 4} more` : open.join(', ');
    say(
      'warning',
      code,
      span,
      `${name} ${what}: it allows ${shown}`,
      'Leave them out, or deny them explicitly.',
    );
  }
}

const list = (value: string | readonly string[] | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === 'string' ? [value] : value;

/** Actions compare without case. Resources and conditions may narrow it: still worth a warning. */
function covers(statement: StatementJson, action: string): boolean {
  const hit = (patterns: readonly string[]) =>
    patterns.some((p) => globMatch(p.toLowerCase(), action.toLowerCase()));
  return statement.NotAction !== undefined ? !hit(list(statement.NotAction)) : hit(list(statement.Action));
}

/** Only a Deny without conditions on every resource closes an action for good. */
const blocks = (statement: StatementJson, action: string): boolean =>
  statement.Condition === undefined && list(statement.Resource).includes('*') && covers(statement, action);

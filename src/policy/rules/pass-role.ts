import { coversAction, hasWideResource } from '../lint/actions.ts';
import { clausesOn, pinsDown } from '../lint/clauses.ts';
import { identityKinds, type Rule } from '../lint/rule.ts';
import type { Statement } from '../types.ts';

/** Actions that start something which runs with a passed role. */
export const rolePassing: readonly { readonly action: string; readonly service: string }[] = [
  { action: 'lambda:CreateFunction', service: 'lambda.amazonaws.com' },
  { action: 'glue:CreateDevEndpoint', service: 'glue.amazonaws.com' },
  { action: 'glue:CreateJob', service: 'glue.amazonaws.com' },
  { action: 'ec2:RunInstances', service: 'ec2.amazonaws.com' },
  { action: 'ec2:AssociateIamInstanceProfile', service: 'ec2.amazonaws.com' },
  { action: 'cloudformation:CreateStack', service: 'cloudformation.amazonaws.com' },
  { action: 'codebuild:CreateProject', service: 'codebuild.amazonaws.com' },
  { action: 'ecs:RunTask', service: 'ecs-tasks.amazonaws.com' },
  { action: 'ecs:RegisterTaskDefinition', service: 'ecs-tasks.amazonaws.com' },
  { action: 'sagemaker:CreateNotebookInstance', service: 'sagemaker.amazonaws.com' },
  { action: 'sagemaker:CreateTrainingJob', service: 'sagemaker.amazonaws.com' },
  { action: 'states:CreateStateMachine', service: 'states.amazonaws.com' },
  { action: 'datapipeline:CreatePipeline', service: 'datapipeline.amazonaws.com' },
  { action: 'ssm:StartAutomationExecution', service: 'ssm.amazonaws.com' },
  { action: 'scheduler:CreateSchedule', service: 'scheduler.amazonaws.com' },
];

export const passRoleCombination: Rule = {
  id: 'pass-role-combination',
  severity: 'error',
  title: 'Any role can be handed to something that the holder controls',
  kinds: identityKinds,
  explanation:
    '`iam:PassRole` on all roles, together with an action that runs code under a passed role (`lambda:CreateFunction`, ' +
    '`ec2:RunInstances`, `glue:CreateJob`, `cloudformation:CreateStack`…), is administrator access: the holder passes ' +
    'an administrator’s role to a function of its own.',
  fix: 'List the roles that may be passed, and the service with `iam:PassedToService`.',
  example: {
    bad: '"Action": ["iam:PassRole", "lambda:CreateFunction"], "Resource": "*"',
    good: '"Action": "iam:PassRole", "Resource": "arn:aws:iam::657654036224:role/app/*", "Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}',
  },
  *check({ statements }) {
    const allows = statements.filter(
      (s) => s.effect === 'Allow' && !(s.action ?? []).some((a) => a.value === '*'),
    );
    const usable = rolePassing.filter(({ action }) => allows.some((s) => coversAction(s, action)));
    if (usable.length === 0) return;
    for (const statement of allows) {
      if (!coversAction(statement, 'iam:PassRole') || !hasWideResource(statement)) continue;
      const combined = usable
        .filter(({ service }) => mayPassTo(statement, service))
        .map(({ action }) => action);
      if (combined.length === 0) continue;
      yield {
        span: statement.action?.[0]?.span ?? statement.span,
        statement,
        message: `iam:PassRole on all roles together with ${combined.slice(0, 3).join(', ')} is administrator access`,
        help: 'name the roles in Resource: "arn:aws:iam::ACCOUNT:role/app/*"',
      };
    }
  },
};

function mayPassTo(statement: Statement, service: string): boolean {
  const clauses = clausesOn(statement, 'iam:passedtoservice').filter(pinsDown);
  return clauses.every((clause) =>
    clause.values.some(({ value }) => value === service || /[*?]/.test(value) || value.startsWith(service)),
  );
}

import type { Access } from '../../access/index.ts';
import { type StackSet, stackSets } from '../layout.ts';
import { shell } from '../text/text.ts';
import type { GeneratedFile } from '../types.ts';

/** Accounts of one create-stack-instances call; one operation runs at a time for a set, so a list is cut in few pieces. */
const ACCOUNTS_PER_CALL = 500;

const isOu = (text: string | undefined): text is string =>
  text !== undefined && /^(?:ou|r)-[a-z0-9-]+$/.test(text);

/** With an organization and an OU id for each account of the set, AWS can deploy to future accounts of the OUs by itself. */
export const isServiceManaged = (set: StackSet, access: Access): boolean =>
  access.organizationId !== undefined && set.accounts.every((account) => isOu(account.ou));

/**
 * StackSets run one account at a time by default: the strict mode lets no more than failure tolerance + 1 accounts run.
 * SOFT_FAILURE_TOLERANCE separates the two numbers.
 */
export const operationPreferences = [
  'RegionConcurrencyType=PARALLEL',
  'MaxConcurrentPercentage=25',
  'FailureTolerancePercentage=10',
  'ConcurrencyMode=SOFT_FAILURE_TOLERANCE',
].join(',');

export function createSet(set: StackSet, access: Access): string {
  const model = isServiceManaged(set, access)
    ? [
        '--permission-model SERVICE_MANAGED',
        '--auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false',
        '--call-as DELEGATED_ADMIN',
      ]
    : ['--permission-model SELF_MANAGED'];
  return aws([
    'create-stack-set',
    `--stack-set-name ${set.name}`,
    `--template-body file://${set.template}`,
    '--capabilities CAPABILITY_NAMED_IAM',
    ...model,
    '--managed-execution Active=true',
    ...where(access),
  ]);
}

export const createInstances = (set: StackSet, access: Access, target: string): string =>
  aws([
    'create-stack-instances',
    `--stack-set-name ${set.name}`,
    target,
    `--regions ${access.region}`,
    `--operation-preferences ${operationPreferences}`,
    ...callAs(set, access),
    ...where(access),
  ]);

export const updateSet = (set: StackSet, access: Access): string =>
  aws([
    'update-stack-set',
    `--stack-set-name ${set.name}`,
    `--template-body file://${set.template}`,
    '--capabilities CAPABILITY_NAMED_IAM',
    `--operation-preferences ${operationPreferences}`,
    ...callAs(set, access),
    ...where(access),
  ]);

/** The target options of create-stack-instances, one per call. */
export function targets(set: StackSet, access: Access): string[] {
  if (isServiceManaged(set, access)) {
    const ous = [...new Set(set.accounts.map((account) => account.ou).filter(isOu))];
    return chunks(ous, 50).map((some) => `--deployment-targets OrganizationalUnitIds=${some.join(',')}`);
  }
  return chunks(set.accounts, ACCOUNTS_PER_CALL).map(
    (some) => `--accounts ${some.map((account) => account.id).join(' ')}`,
  );
}

const callAs = (set: StackSet, access: Access) =>
  isServiceManaged(set, access) ? ['--call-as DELEGATED_ADMIN'] : [];
const where = ({ region, security }: Access) => [
  `--region ${region}`,
  `--profile ${shell(security.profile)}`,
];
const nest = (text: string) => text.replace(/^/gm, '  ');
const lines = (ids: readonly string[]) =>
  chunks(ids, 8)
    .map((some) => some.join(' '))
    .join(' \\\n  ');
const aws = (words: readonly string[]) => `aws cloudformation ${words.join(' \\\n  ')}`;

function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let i = 0; i < items.length; i += size) out.push(items.slice(i, i + size));
  return out;
}

/** cloudformation/stackset.sh: creates what is missing, updates what is there. */
export function stackSetScript(access: Access): GeneratedFile[] {
  const sets = stackSets(access);
  if (sets.length === 0) return [];
  const parts = sets.map((set) => {
    const create = isServiceManaged(set, access)
      ? targets(set, access).map(
          (target) =>
            `wait_for ${set.name} "$(${createInstances(set, access, target)} \\\n  --query OperationId --output text)"`,
        )
      : [];
    const missing = isServiceManaged(set, access)
      ? []
      : chunks(set.accounts, ACCOUNTS_PER_CALL).map(
          (some) => `create_missing ${set.name} \\\n  ${lines(some.map((account) => account.id))}`,
        );
    return [
      `# ${set.roles.map((role) => role.name).join(', ')}: ${set.accounts.length} account(s), ${set.template}`,
      `if exists ${set.name}; then`,
      nest(`wait_for ${set.name} "$(${updateSet(set, access)} \\\n  --query OperationId --output text)"`),
      'else',
      ...[createSet(set, access), ...create].map(nest),
      'fi',
      ...missing,
    ].join('\n');
  });
  const managed = sets.some((set) => isServiceManaged(set, access)) ? ' --call-as DELEGATED_ADMIN' : '';
  const at = `--region ${access.region} --profile ${shell(access.security.profile)}${managed}`;
  const content = `#!/bin/sh
# Deploys the roles of "${access.name}" to all accounts by StackSets, from the security account.
# Run it again to update all of them at once. Needs the AWS CLI; docs/SCALING.md explains each option.
set -eu
cd "$(dirname "$0")/.."

exists() {
  aws cloudformation describe-stack-set --stack-set-name "$1" ${at} >/dev/null 2>&1
}

# A set runs one operation at a time: wait for each before the next begins.
wait_for() {
  while :; do
    status=$(aws cloudformation describe-stack-set-operation --stack-set-name "$1" --operation-id "$2" \\
      --query StackSetOperation.Status --output text ${at})
    echo "$1 $2 $status"
    case $status in
      SUCCEEDED) return 0 ;;
      FAILED | STOPPED) return 1 ;;
    esac
    sleep 10
  done
}

# Instances for those of the accounts that have none yet.
create_missing() {
  set_name=$1
  shift
  existing=" $(aws cloudformation list-stack-instances --stack-set-name "$set_name" \\
    --query 'Summaries[].Account' --output text ${at} | tr '\\t\\n' '  ') "
  missing=
  for account in "$@"; do
    case $existing in
      *" $account "*) ;;
      *) missing="$missing $account" ;;
    esac
  done
  if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # one word per account
    wait_for "$set_name" "$(aws cloudformation create-stack-instances --stack-set-name "$set_name" \\
      --accounts $missing --regions ${access.region} \\
      --operation-preferences ${operationPreferences} \\
      --query OperationId --output text ${at})"
  fi
}

${parts.join('\n\n')}
`;
  return [{ path: 'cloudformation/stackset.sh', content, executable: true }];
}

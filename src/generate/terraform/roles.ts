import { assumePolicy, permissionPolicy, trustPolicy } from '../../access/index.ts';
import { ASSUME_POLICY, numbered, OWNER_TAG, PERMISSION_POLICY } from '../layout.ts';
import {
  attribute,
  blank,
  block,
  call,
  comment,
  type HclItem,
  type HclValue,
  printHcl,
  raw,
} from '../text/hcl.ts';
import { snake, uniqueNames } from '../text/text.ts';
import {
  arnValue,
  numberedLabel,
  policyValue,
  type TerraformModel,
  type TerraformRole,
  trustDependencies,
} from './model.ts';

export function roleItems(model: TerraformModel): HclItem[] {
  const shared = sharedDocuments(model);
  const locals = [...shared.locals];
  const items: HclItem[] =
    locals.length === 0
      ? []
      : [
          blank,
          comment('Documents that are the same in several accounts.'),
          block(
            'locals',
            [],
            locals.map(([name, value]) => attribute(name, value)),
          ),
        ];
  for (const at of model.roles) items.push(...oneRole(at, model, shared));
  return items;
}

interface Shared {
  readonly locals: ReadonlyMap<string, HclValue>;
  /** Local names by role name. */
  readonly trust: ReadonlyMap<string, string>;
  readonly permissions: ReadonlyMap<string, string>;
}

/** A role in several accounts says its documents once, when they do not differ by account. */
function sharedDocuments(model: TerraformModel): Shared {
  const locals = new Map<string, HclValue>();
  const trust = new Map<string, string>();
  const permissions = new Map<string, string>();
  const names = [...new Set(model.roles.map(({ role }) => role.name))];
  const stems = uniqueNames(names.map(snake));
  names.forEach((name, i) => {
    const places = model.roles.filter(({ role }) => role.name === name);
    const first = places[0];
    if (first === undefined || places.length < 2) return;
    const inline = permissionPolicy(first.role);
    if (inline !== undefined) {
      permissions.set(name, `local.${stems[i]}_permissions`);
      locals.set(`${stems[i]}_permissions`, call('jsonencode', policyValue(inline, model, first)));
    }
    const documents = places.map((place) => trustValue(place, model));
    const [one = null] = documents;
    if (documents.every((document) => printed(document) === printed(one))) {
      trust.set(name, `local.${stems[i]}_trust`);
      locals.set(`${stems[i]}_trust`, one);
    }
  });
  return { locals, trust, permissions };
}

const printed = (value: HclValue): string => printHcl([attribute('x', value)]);

const trustValue = (at: TerraformRole, model: TerraformModel): HclValue =>
  call('jsonencode', policyValue(trustPolicy(at.role, at.in.account, model.access), model, at));

function oneRole(at: TerraformRole, model: TerraformModel, shared: Shared): HclItem[] {
  const { role, label } = at;
  const provided = attribute('provider', raw(`aws.${at.in.alias}`));
  const roleName = raw(`aws_iam_role.${label}.name`);
  const needs = trustDependencies(at, model);
  const trust = shared.trust.get(role.name);
  const items: HclItem[] = [
    blank,
    comment(`${role.name} in ${at.in.account.name}${role.description === '' ? '' : `: ${role.description}`}`),
    block(
      'resource',
      ['aws_iam_role', label],
      [
        provided,
        attribute('name', role.name),
        ...(role.path === '/' ? [] : [attribute('path', role.path)]),
        ...(role.description === '' ? [] : [attribute('description', role.description)]),
        attribute('max_session_duration', role.maxSessionDuration),
        ...(role.boundaryArn === undefined
          ? []
          : [attribute('permissions_boundary', arnValue(role.boundaryArn, model))]),
        attribute('assume_role_policy', trust === undefined ? trustValue(at, model) : raw(trust)),
        attribute('tags', { ...role.tags, [OWNER_TAG]: model.access.name }),
        ...(needs.length === 0
          ? []
          : [
              blank,
              comment('AWS refuses a trust policy that names a principal which does not exist yet.'),
              attribute('depends_on', needs.map(raw)),
            ]),
      ],
    ),
  ];
  const inline: string[] = [];
  const addInline = (resource: string, name: string, policy: HclValue) => {
    inline.push(`aws_iam_role_policy.${resource}.name`);
    items.push(
      blank,
      block(
        'resource',
        ['aws_iam_role_policy', resource],
        [provided, attribute('name', name), attribute('role', roleName), attribute('policy', policy)],
      ),
    );
  };
  const permissions = permissionPolicy(role);
  const local = shared.permissions.get(role.name);
  if (permissions !== undefined)
    addInline(
      `${label}_permissions`,
      PERMISSION_POLICY,
      local === undefined ? call('jsonencode', policyValue(permissions, model, at)) : raw(local),
    );
  assumePolicy(at.arn, model.access).forEach((onward, i) => {
    const name = numbered(ASSUME_POLICY, i);
    addInline(numberedLabel(`${label}_assume`, i), name, call('jsonencode', policyValue(onward, model)));
  });
  if (role.permissions.managed.length > 0)
    items.push(
      blank,
      block(
        'resource',
        ['aws_iam_role_policy_attachment', label],
        [
          provided,
          attribute(
            'for_each',
            call(
              'toset',
              role.permissions.managed.map((arn) => arnValue(arn, model)),
            ),
          ),
          attribute('role', roleName),
          attribute('policy_arn', raw('each.value')),
        ],
      ),
    );
  return [
    ...items,
    blank,
    comment(
      [
        'Without these two, an inline `Action: *` that somebody adds by hand shows as "No changes". They also remove',
        'AWSRevokeOlderSessions, which `crossaccount respond revoke` puts on the role: wait with the next apply until',
        `the revoked sessions have expired (${role.maxSessionDuration} seconds).`,
      ].join('\n'),
    ),
    block(
      'resource',
      ['aws_iam_role_policies_exclusive', label],
      [provided, attribute('role_name', roleName), attribute('policy_names', inline.map(raw))],
    ),
    blank,
    block(
      'resource',
      ['aws_iam_role_policy_attachments_exclusive', label],
      [
        provided,
        attribute('role_name', roleName),
        attribute(
          'policy_arns',
          role.permissions.managed.length === 0
            ? []
            : raw(`[for attached in aws_iam_role_policy_attachment.${label} : attached.policy_arn]`),
        ),
      ],
    ),
  ];
}

import { iamRegion } from '../layout.ts';
import { attribute, blank, block, call, comment, type HclItem, raw, template } from '../text/hcl.ts';
import type { TerraformAccount, TerraformModel } from './model.ts';
import { document, monitored, plain } from './resource.ts';

/**
 * Changes to trust policies happen in the account of the role, and IAM's events appear in one region only.
 * Each account forwards them to the security account's event bus, so that one set of rules sees all of them.
 */
export function forwarding(model: TerraformModel, pattern: object): HclItem[] {
  const { access, security, accounts } = model;
  const sameRegion = access.region === iamRegion(access);
  const others = accounts.filter((account) => account !== security);
  const senders = sameRegion ? others : accounts;
  if (senders.length === 0) return [];
  return [
    blank,
    comment(
      `IAM is global: its events appear in ${iamRegion(access)} alone, in the account where the change happened.`,
    ),
    ...(sameRegion ? [] : accounts.flatMap(regionalProvider)).slice(sameRegion ? 0 : 1),
    ...(others.length === 0
      ? []
      : [
          ...monitored('aws_cloudwatch_event_bus_policy', 'alerts', security.alias, [
            attribute(
              'policy',
              document({
                Sid: 'AccountsOfTheDefinition',
                Effect: 'Allow',
                Principal: {
                  AWS: others.map((account) =>
                    template(`arn:${access.partition}:iam::`, raw(`var.${account.idVariable}`), ':root'),
                  ),
                },
                Action: 'events:PutEvents',
                Resource: busArn(model),
              }),
            ),
          ]),
        ]),
    ...senders.flatMap((account) => sender(model, account, sameRegion, pattern)),
  ];
}

const busArn = ({ access, security }: TerraformModel) =>
  template(
    `arn:${access.partition}:events:`,
    raw('var.region'),
    ':',
    raw(`var.${security.idVariable}`),
    ':event-bus/default',
  );

const regional = (account: TerraformAccount) => `${account.alias}_iam_region`;

function regionalProvider(account: TerraformAccount): HclItem[] {
  return [
    blank,
    block(
      'provider',
      ['aws'],
      [
        attribute('alias', regional(account)),
        attribute('profile', raw(`var.${account.profileVariable}`)),
        attribute('region', raw('local.iam_region')),
        attribute('allowed_account_ids', [raw(`var.${account.idVariable}`)]),
      ],
    ),
  ];
}

function sender(
  model: TerraformModel,
  account: TerraformAccount,
  sameRegion: boolean,
  pattern: object,
): HclItem[] {
  const label = `${account.alias}_forward`;
  const alias = sameRegion ? account.alias : regional(account);
  return [
    ...monitored('aws_iam_role', label, account.alias, [
      attribute('name', `${model.access.name}-forward-events`),
      attribute('description', "EventBridge forwards IAM changes to the security account's event bus."),
      attribute(
        'assume_role_policy',
        document({
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: { StringEquals: { 'aws:SourceAccount': raw(`var.${account.idVariable}`) } },
        }),
      ),
    ]),
    ...monitored('aws_iam_role_policy', label, account.alias, [
      attribute('name', 'put-events'),
      attribute('role', raw(`aws_iam_role.${label}[0].name`)),
      attribute('policy', document({ Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn(model) })),
    ]),
    ...monitored('aws_cloudwatch_event_rule', label, alias, [
      attribute('name', `${model.access.name}-forward-iam-changes`),
      attribute('event_pattern', call('jsonencode', plain(pattern))),
    ]),
    ...monitored('aws_cloudwatch_event_target', label, alias, [
      attribute('rule', raw(`aws_cloudwatch_event_rule.${label}[0].name`)),
      attribute('arn', busArn(model)),
      attribute('role_arn', raw(`aws_iam_role.${label}[0].arn`)),
    ]),
  ];
}

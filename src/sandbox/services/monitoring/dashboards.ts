import type * as cw from '@aws-sdk/client-cloudwatch';
import { AwsError, type Call, type Operation } from '../../types.ts';
import { operation } from '../operation.ts';
import type { World } from '../world.ts';
import { type Ask, requestTags } from './ask.ts';
import { page } from './page.ts';
import { type Dashboards, dashboardArn, dashboardsOf } from './state.ts';
import { addTags } from './tags.ts';

/** "ListDashboards returns up to 1000 results on one page." */
const PAGE = 1_000;
/** "You can specify up to 100 dashboards to delete." */
const MOST_DELETED = 100;

/**
 * What people look at in the console: kept, and shown as it was given. "All dashboards in your account are global, not
 * region-specific": https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
 */
export function dashboardOperations(world: World, ask: Ask): readonly Operation[] {
  const own = ({ caller }: Call): Dashboards => dashboardsOf(world, caller.accountId);
  const about = (action: string, call: Call, name: string, context = {}) =>
    ask.arn(action, call, dashboardArn(call.caller.accountId, name), context);
  return [
    operation<cw.PutDashboardInput, cw.PutDashboardOutput>({
      name: 'PutDashboard',
      readOnly: false,
      authorize: ({ DashboardName, Tags }, call) => [
        ...about('PutDashboard', call, DashboardName, requestTags(Tags)),
        // As PutMetricAlarm's documentation has it. unverified: that dashboards need it too.
        ...(Tags?.length ? about('TagResource', call, DashboardName, requestTags(Tags)) : []),
      ],
      handle: ({ DashboardName: name, DashboardBody: body, Tags }, call) => {
        check(name, body);
        const known = own(call).get(name);
        // "If you specify Tags when updating an existing dashboard, the tag updates are ignored."
        const tags = known?.tags ?? new Map<string, string>();
        if (known === undefined) addTags(tags, Tags ?? []);
        own(call).set(name, {
          name,
          arn: dashboardArn(call.caller.accountId, name),
          body,
          modifiedAt: call.now,
          tags,
        });
        return { DashboardValidationMessages: [] };
      },
    }),
    operation<cw.GetDashboardInput, cw.GetDashboardOutput>({
      name: 'GetDashboard',
      readOnly: true,
      authorize: ({ DashboardName }, call) => about('GetDashboard', call, DashboardName),
      handle: ({ DashboardName }, call) => {
        const found = own(call).get(DashboardName);
        if (found === undefined) throw noDashboard(DashboardName);
        return { DashboardArn: found.arn, DashboardBody: found.body, DashboardName: found.name };
      },
    }),
    operation<cw.ListDashboardsInput, cw.ListDashboardsOutput>({
      name: 'ListDashboards',
      readOnly: true,
      authorize: () => ask.any('ListDashboards'),
      handle: ({ DashboardNamePrefix = '', NextToken }, call) => {
        const found = [...own(call).values()].filter(({ name }) => name.startsWith(DashboardNamePrefix));
        const { items, next } = page(found, ({ name }) => name, NextToken, PAGE);
        return {
          DashboardEntries: items.map(({ name, arn, body, modifiedAt }) => ({
            DashboardName: name,
            DashboardArn: arn,
            LastModified: new Date(modifiedAt),
            Size: Buffer.byteLength(body),
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      },
    }),
    operation<cw.DeleteDashboardsInput, cw.DeleteDashboardsOutput>({
      name: 'DeleteDashboards',
      readOnly: false,
      authorize: ({ DashboardNames }, call) =>
        DashboardNames.flatMap((name) => about('DeleteDashboards', call, name)),
      handle: ({ DashboardNames }, call) => {
        if (DashboardNames.length === 0 || DashboardNames.length > MOST_DELETED)
          throw new AwsError('InvalidParameterValue', 'DashboardNames takes 1 to 100 names.');
        // "the operation attempts to delete as many dashboards as possible" on errors; here a failed call has changed
        // nothing, so what doesn't exist is found first.
        const gone = DashboardNames.find((name) => !own(call).has(name));
        if (gone !== undefined) throw noDashboard(gone);
        for (const name of DashboardNames) own(call).delete(name);
        return {};
      },
    }),
  ];
}

/** By the names of the errors' shapes: the query protocol's are ResourceNotFound and InvalidParameterInput. unverified: the words. */
const noDashboard = (name: string): AwsError =>
  new AwsError('DashboardNotFoundError', `Dashboard ${name} does not exist`, 404);

const invalidInput = (message: string): AwsError => new AwsError('DashboardInvalidInputError', message);

/** "The maximum length is 255, and valid characters are A-Z, a-z, 0-9, "-", and "_"." The widgets aren't looked at. */
function check(name: string, body: string): void {
  if (!/^[\w-]{1,255}$/.test(name))
    throw invalidInput(
      `The value ${name} for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).`,
    );
  if (!isObject(body)) throw invalidInput('The field DashboardBody must be a valid JSON object');
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

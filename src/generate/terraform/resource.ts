import { attribute, blank, block, call, type HclItem, type HclValue, raw } from '../text/hcl.ts';

/** Every resource of the file hangs on var.enable_monitoring, so that the IAM part can be applied alone. */
export const monitored = (
  type: string,
  label: string,
  alias: string,
  body: readonly HclItem[],
): HclItem[] => [
  blank,
  block(
    'resource',
    [type, label],
    [attribute('provider', raw(`aws.${alias}`)), attribute('count', raw('local.monitoring')), blank, ...body],
  ),
];

export const document = (...statements: readonly HclValue[]): HclValue =>
  call('jsonencode', { Version: '2012-10-17', Statement: statements });

/** Plain data as HCL. */
export function plain(value: unknown): HclValue {
  if (Array.isArray(value)) return value.map(plain);
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, plain(v)]));
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

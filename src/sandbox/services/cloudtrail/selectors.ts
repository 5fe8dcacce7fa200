import type * as cloudtrail from '@aws-sdk/client-cloudtrail';
import type { CloudTrailRecord } from '../../../trail/index.ts';
import type { Trail } from './state.ts';

export const defaultSelectors: readonly cloudtrail.EventSelector[] = [
  {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [],
    ExcludeManagementEventSources: [],
  },
];

/** Which records a trail's event selectors take. */
export function selects({ basic = defaultSelectors, advanced }: Trail, record: CloudTrailRecord): boolean {
  if (advanced !== undefined) return advanced.some((selector) => fitsAdvanced(selector, record));
  return basic.some((selector) => fitsBasic(selector, record));
}

const isData = (record: CloudTrailRecord): boolean => record.managementEvent === false;

function fitsBasic(selector: cloudtrail.EventSelector, record: CloudTrailRecord): boolean {
  const { ReadWriteType = 'All', IncludeManagementEvents = true } = selector;
  if (ReadWriteType !== 'All' && (ReadWriteType === 'ReadOnly') !== (record.readOnly === true)) return false;
  if (!isData(record)) {
    return (
      IncludeManagementEvents && selector.ExcludeManagementEventSources?.includes(record.eventSource) !== true
    );
  }
  const all = (record.resources ?? []) as readonly Resource[];
  return (selector.DataResources ?? []).some(({ Type, Values = [] }) =>
    all.some(
      (resource) =>
        resource.type === Type &&
        // `arn:aws:s3` and `arn:aws:s3:::` mean all buckets; any other value is the beginning of an ARN.
        Values.some((value) => (resource.ARN ?? resource.ARNPrefix ?? '').startsWith(value)),
    ),
  );
}

interface Resource {
  readonly type?: string;
  readonly ARN?: string;
  readonly ARNPrefix?: string;
}

function valuesOf(field: string, record: CloudTrailRecord): readonly (string | undefined)[] {
  const [resource] = (record.resources ?? []) as readonly Resource[];
  switch (field) {
    case 'eventCategory':
      return [isData(record) ? 'Data' : 'Management'];
    case 'readOnly':
      return [String(record.readOnly ?? false)];
    case 'eventSource':
      return [record.eventSource];
    case 'eventName':
      return [record.eventName];
    case 'eventType':
      return [record.eventType];
    case 'userIdentity.arn':
      return [record.userIdentity.arn];
    case 'sessionCredentialFromConsole':
      return ['false'];
    case 'resources.type':
      return [resource?.type];
    case 'resources.ARN':
      return [resource?.ARN ?? resource?.ARNPrefix];
    default:
      return [undefined];
  }
}

type Test = (value: string, asked: string) => boolean;

/** Positive operators want one of their values, negative ones none. */
const operators: readonly (readonly [keyof cloudtrail.AdvancedFieldSelector, Test, boolean])[] = [
  ['Equals', (value, asked) => value === asked, true],
  ['StartsWith', (value, asked) => value.startsWith(asked), true],
  ['EndsWith', (value, asked) => value.endsWith(asked), true],
  ['NotEquals', (value, asked) => value === asked, false],
  ['NotStartsWith', (value, asked) => value.startsWith(asked), false],
  ['NotEndsWith', (value, asked) => value.endsWith(asked), false],
];

const fitsAdvanced = (selector: cloudtrail.AdvancedEventSelector, record: CloudTrailRecord): boolean =>
  (selector.FieldSelectors ?? []).every((field) => {
    const [value = ''] = valuesOf(field.Field ?? '', record);
    return operators.every(([name, test, wanted]) => {
      const asked = field[name] as readonly string[] | undefined;
      return asked === undefined || asked.some((one) => test(value, one)) === wanted;
    });
  });

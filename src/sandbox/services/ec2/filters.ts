import type { Filter } from '@aws-sdk/client-ec2';
import { globMatch } from '../../../base/index.ts';
import { AwsError } from '../../types.ts';

/**
 * Applies EC2 filters: all must match, each by any of its values, `*` and `?` being wildcards. A name that we don't
 * know is refused, as AWS does, rather than skipped: a filter that is ignored returns too much.
 */
export function filtered<T>(
  all: readonly T[],
  filters: readonly Filter[] | undefined,
  fields: Readonly<Record<string, (item: T) => string>>,
): T[] {
  return (filters ?? []).reduce<T[]>(
    (items, { Name = '', Values = [] }) => {
      const field = fields[Name];
      if (field === undefined) {
        throw new AwsError('InvalidParameterValue', `The filter '${Name}' is invalid`);
      }
      return items.filter((item) => Values.some((value) => globMatch(value, field(item))));
    },
    [...all],
  );
}

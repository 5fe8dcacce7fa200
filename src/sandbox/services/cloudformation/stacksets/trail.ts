import type { TrailFacts } from '../../../types.ts';
import { withoutValues } from '../operations/trail.ts';

/** What CloudTrail records of calls with a template or parameters: neither its text nor their values. */
export function trailOf(input: object): Pick<TrailFacts, 'requestParameters'> {
  const { ParameterOverrides: overrides, ...rest } = input as {
    ParameterOverrides?: readonly { ParameterKey?: string }[];
  };
  const { requestParameters } = withoutValues(rest);
  return {
    requestParameters: {
      ...requestParameters,
      ...(overrides && {
        parameterOverrides: overrides.map(({ ParameterKey: parameterKey }) => ({ parameterKey })),
      }),
    },
  };
}

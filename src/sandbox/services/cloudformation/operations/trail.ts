import type { TrailFacts } from '../../../types.ts';
import { trailRecordForm } from '../../record/naming.ts';

/**
 * Records of calls with a template: neither its text nor the values of parameters are in them ("parameters":
 * [{"parameterKey": "password"}]).
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cfn-api-logging-cloudtrail.html
 */
export function withoutValues(input: object): Pick<TrailFacts, 'requestParameters'> {
  const {
    TemplateBody: _,
    StackPolicyBody: __,
    Parameters: parameters,
    ...rest
  } = input as {
    TemplateBody?: unknown;
    StackPolicyBody?: unknown;
    Parameters?: readonly { ParameterKey?: string }[];
  };
  return {
    requestParameters: trailRecordForm({
      ...rest,
      ...(parameters !== undefined && {
        Parameters: parameters.map(({ ParameterKey }) => ({ ParameterKey })),
      }),
    }),
  };
}

import type { Parameter } from '@aws-sdk/client-cloudformation';
import { invalid } from './errors.ts';
import type { GivenParameters } from './model.ts';

/** Throws ValidationError for a parameter twice, or with a value and UsePreviousValue. */
export function givenParameters(parameters: readonly Parameter[] | undefined): GivenParameters | undefined {
  if (parameters === undefined) return undefined;
  const seen = new Set<string>();
  return parameters.map(({ ParameterKey: key = '', ParameterValue: value, UsePreviousValue: previous }) => {
    if (seen.has(key)) throw invalid(`Duplicate parameter key: ${key}`);
    seen.add(key);
    if (previous === true && value !== undefined) {
      throw invalid(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true and non empty value for a parameter`,
      );
    }
    return previous === true ? { key } : { key, value: value ?? '' };
  });
}

/**
 * Values with UsePreviousValue looked up. What `previous` doesn't have is refused, as UpdateStack does.
 */
export function resolveValues(
  given: GivenParameters,
  previous: Readonly<Record<string, string>>,
): Record<string, string> {
  const values: [string, string][] = given.map(({ key, value }) => {
    const text = value ?? (Object.hasOwn(previous, key) ? previous[key] : undefined);
    if (text === undefined) {
      throw invalid(
        `Invalid input for parameter key ${key}. Cannot specify usePreviousValue as true for a parameter key not in the previous template`,
      );
    }
    return [key, text];
  });
  return Object.fromEntries(values);
}

/**
 * An instance's overrides after a call: without a list they stay; a list replaces them, and what it names with
 * UsePreviousValue stays overridden only if it was.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStackInstances.html
 */
export function overridesAfter(
  current: Readonly<Record<string, string>>,
  given: GivenParameters | undefined,
): Record<string, string> {
  if (given === undefined) return { ...current };
  const kept: [string, string][] = [];
  for (const { key, value } of given) {
    const text = value ?? (Object.hasOwn(current, key) ? current[key] : undefined);
    if (text !== undefined) kept.push([key, text]);
  }
  return Object.fromEntries(kept);
}

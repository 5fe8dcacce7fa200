import type { Json } from '../model.ts';
import { invalid } from './fail.ts';
import type { Template, TemplateParameter } from './model.ts';
import { matchesPattern, type Patience, patience } from './pattern.ts';

/** AWS's limit of a parameter's value, in bytes. */
const LONGEST = 4096;

/**
 * The text of every parameter: given, or by default. Throws ValidationError in AWS's words.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
 */
export function parameterTexts(
  template: Template,
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const unknown = Object.keys(given).filter((name) => !template.parameters.has(name));
  if (unknown.length > 0) throw invalid(`Parameters: [${unknown.join(', ')}] do not exist in the template`);
  const missing: string[] = [];
  const texts: [string, string][] = [];
  for (const parameter of template.parameters.values()) {
    const { name } = parameter;
    const text = Object.hasOwn(given, name) ? given[name] : parameter.default;
    if (text === undefined) missing.push(name);
    else texts.push([name, text]);
  }
  if (missing.length > 0) throw invalid(`Parameters: [${missing.join(', ')}] must have values`);
  const steps = patience();
  for (const [name, text] of texts) {
    const parameter = template.parameters.get(name);
    if (parameter !== undefined) check(parameter, text, steps);
  }
  return Object.fromEntries(texts);
}

const isListType = (type: string): boolean =>
  type === 'CommaDelimitedList' || type.startsWith('List<') || type.includes('Value<List<');

/** What Ref answers for a parameter. */
export function parameterValue({ type }: TemplateParameter, text: string): Json {
  if (!isListType(type)) return text;
  return text === '' ? [] : text.split(',').map((item) => item.trim());
}

function check(parameter: TemplateParameter, text: string, steps: Patience): void {
  const { name, type, constraintDescription: description } = parameter;
  const fail = (words: string) =>
    invalid(
      description === undefined
        ? `Parameter '${name}' ${words}`
        : `Parameter '${name}' failed to satisfy constraint: ${description}`,
    );
  if (Buffer.byteLength(text) > LONGEST) {
    throw invalid(`Parameter '${name}' must not be longer than ${LONGEST} bytes`);
  }
  if (type.startsWith('AWS::SSM::Parameter::Value')) {
    // There is no Parameter Store here, so none of its parameters exists.
    throw invalid(`Unable to fetch parameters [${text}] from parameter store for this account.`);
  }
  const items = isListType(type) ? (text === '' ? [] : text.split(',').map((item) => item.trim())) : [text];
  const { allowedValues, allowedPattern, minLength, maxLength } = parameter;
  for (const item of items) {
    if (type === 'Number' || type === 'List<Number>') checkNumber(parameter, item, fail);
    if (allowedValues !== undefined && !allowedValues.includes(item)) {
      throw fail('must be one of AllowedValues');
    }
    if (allowedPattern !== undefined && !matchesPattern(allowedPattern, item, name, steps)) {
      throw fail(`must match pattern ${allowedPattern}`);
    }
    if (type !== 'String') continue;
    if (minLength !== undefined && item.length < minLength) {
      throw fail(`must contain at least ${minLength} characters`);
    }
    if (maxLength !== undefined && item.length > maxLength) {
      throw fail(`must contain at most ${maxLength} characters`);
    }
  }
}

function checkNumber(
  { minValue, maxValue, name }: TemplateParameter,
  text: string,
  fail: (words: string) => Error,
): void {
  const value = Number(text);
  if (!/^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) || !Number.isFinite(value))
    throw invalid(`Parameter '${name}' must be a number`);
  if (minValue !== undefined && value < minValue) throw fail(`must be a number not less than ${minValue}`);
  if (maxValue !== undefined && value > maxValue) throw fail(`must be a number not greater than ${maxValue}`);
}

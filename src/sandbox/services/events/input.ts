import type { InputTransformer, Target } from '@aws-sdk/client-eventbridge';
import { isoSeconds } from '../../../base/index.ts';
import type { BusEvent } from './event.ts';
import { follow, parsePath } from './json-path.ts';
import type { Json } from './pattern/index.ts';

/** What a target gets: Input, the part of the event at InputPath, the filled-in template, or the event. */
export function inputOf(
  target: Target,
  event: BusEvent,
  rule: { readonly name: string; readonly arn: string },
  now: number,
): string {
  if (target.Input !== undefined) return target.Input;
  if (target.InputPath !== undefined) {
    const steps = parsePath(target.InputPath);
    const found = steps && follow(steps, event as unknown as Json);
    return JSON.stringify(found ?? null);
  }
  if (target.InputTransformer === undefined) return JSON.stringify(event);
  return fill(target.InputTransformer, event, rule, now);
}

const VARIABLE = /<([A-Za-z0-9_.-]+)>/g;

/**
 * Fills in a template. Inside of a JSON text a value stands as it is, without quotes of its own (objects lose theirs
 * too); outside it stands as JSON. A variable whose path doesn't exist in the event stands for nothing.
 * unverified: that such a variable outside of quotes becomes an empty text, which keeps the JSON valid.
 */
function fill(
  { InputPathsMap: paths = {}, InputTemplate: template = '' }: InputTransformer,
  event: BusEvent,
  rule: { readonly name: string; readonly arn: string },
  now: number,
): string {
  const reserved: Readonly<Record<string, Json>> = {
    'aws.events.rule-arn': rule.arn,
    'aws.events.rule-name': rule.name,
    'aws.events.event.ingestion-time': isoSeconds(now),
    // "The original event payload as JSON (without the detail field)", unlike the next.
    'aws.events.event': without(event) as unknown as Json,
    'aws.events.event.json': event as unknown as Json,
  };
  const variable = (name: string): Json | undefined => {
    if (Object.hasOwn(reserved, name)) return reserved[name];
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    const steps = path === undefined ? undefined : parsePath(path);
    return steps && follow(steps, event as unknown as Json);
  };
  const quoted = quotedPlaces(template);
  return template.replace(VARIABLE, (_, name: string, at: number) => {
    const value = variable(name);
    if (!quoted(at)) return value === undefined ? '""' : JSON.stringify(value);
    if (value === undefined) return '';
    return typeof value === 'string'
      ? JSON.stringify(value).slice(1, -1)
      : JSON.stringify(value).replace(/"/g, '');
  });
}

const without = ({ detail: _, ...rest }: BusEvent): Omit<BusEvent, 'detail'> => rest;

/** Tells whether a place of a template is inside of a JSON text. */
function quotedPlaces(template: string): (at: number) => boolean {
  const edges: number[] = [];
  for (let i = 0; i < template.length; i++) {
    if (template[i] === '\\') i++;
    else if (template[i] === '"') edges.push(i);
  }
  return (at) => edges.filter((edge) => edge < at).length % 2 === 1;
}

/** What is wrong with a transformer; undefined: nothing. */
export function transformerProblem({
  InputPathsMap: paths = {},
  InputTemplate: template = '',
}: InputTransformer): string | undefined {
  for (const [name, path] of Object.entries(paths)) {
    if (!/^[A-Za-z0-9_-]+$/.test(name) || /^aws/i.test(name))
      return `Invalid InputPathsMap key ${name.slice(0, 64)}`;
    if (parsePath(path) === undefined) return `Invalid InputPath ${path.slice(0, 128)}`;
  }
  if (Object.keys(paths).length > 100) return 'InputPathsMap has more than 100 entries';
  const known = /^aws\.events\.(rule-arn|rule-name|event|event\.ingestion-time|event\.json)$/;
  for (const [, name = ''] of template.matchAll(VARIABLE)) {
    if (!Object.hasOwn(paths, name) && !known.test(name))
      return `InputTemplate uses <${name}>, which InputPathsMap doesn't define`;
  }
  // "The InputTemplate must be valid JSON": one value, or a text a line.
  const quoted = quotedPlaces(template);
  const sample = template.replace(VARIABLE, (_, _name, at: number) => (quoted(at) ? MARK : `"${MARK}"`));
  const keys: string[] = [];
  if (
    !isJson(sample, keys) &&
    !sample.split('\n').every((line) => line.trim() === '' || isJson(line, keys))
  ) {
    return 'Invalid InputTemplate: it must be valid JSON';
  }
  // API_InputTransformer: "The placeholder cannot be used as an object key." unverified: the words.
  if (keys.some((key) => key.includes(MARK))) return 'A placeholder can’t be used as an object key';
  return undefined;
}

/** Stands for a variable while a template is checked; of the characters that nobody writes. */
const MARK = '\uE000';

/** `keys`: gets those of all its objects. */
function isJson(text: string, keys: string[]): boolean {
  try {
    JSON.parse(text, (key, value: unknown) => {
      keys.push(key);
      return value;
    });
    return true;
  } catch {
    return false;
  }
}

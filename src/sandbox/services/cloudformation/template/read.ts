import type { JsonObject } from '../model.ts';
import { checkNames } from './check.ts';
import { formatError, invalid, templateError } from './fail.ts';
import type { Template } from './model.ts';
import { isList, isObject, parseText } from './parse.ts';
import { readOutput, readParameter, readResource, section } from './sections.ts';

const members = new Set([
  'AWSTemplateFormatVersion',
  'Description',
  'Metadata',
  'Parameters',
  'Mappings',
  'Conditions',
  'Rules',
  'Transform',
  'Resources',
  'Outputs',
  'Hooks',
]);

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const most = { Parameters: 200, Mappings: 200, Resources: 500, Outputs: 200 } as const;

/** A stack set deploys one text a thousand times. */
const KEPT = 8;
const known = new Map<string, Template>();

/** Reads a template and checks all that can be known without parameter values. Throws ValidationError. */
export function readTemplate(text: string): Template {
  const before = known.get(text);
  if (before !== undefined) return before;
  const template = fromJson(parseText(text));
  checkNames(template);
  const [oldest] = known.keys();
  if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
  known.set(text, template);
  return template;
}

function fromJson(root: JsonObject): Template {
  const unknown = Object.keys(root).filter((key) => !members.has(key));
  if (unknown.length > 0) throw invalid(`Invalid template property or properties [${unknown.join(', ')}]`);
  const { AWSTemplateFormatVersion: version, Description: description, Transform: transform } = root;
  if (version !== undefined && version !== '2010-09-09') {
    throw formatError('unsupported value for AWSTemplateFormatVersion.');
  }
  if (description !== undefined && typeof description !== 'string') {
    throw formatError('Every Description member must be a string.');
  }
  if (description !== undefined && Buffer.byteLength(description) > 1024) {
    throw formatError("Template description's length is greater than maximum allowed, 1024.");
  }
  if (transform !== undefined) refuseTransform(isList(transform) ? transform[0] : transform);
  if (root.Hooks !== undefined) throw templateError('Hooks are not supported by this sandbox');
  for (const [name, limit] of Object.entries(most)) {
    const count = isObject(root[name]) ? Object.keys(root[name]).length : 0;
    if (count > limit) {
      throw formatError(
        `Number of ${name.toLowerCase()}, ${count}, is greater than maximum allowed, ${limit}`,
      );
    }
  }
  if (!isObject(root.Resources) || Object.keys(root.Resources).length === 0) {
    throw formatError('At least one Resources member must be defined.');
  }
  const conditions = root.Conditions ?? {};
  if (!isObject(conditions)) throw formatError('Conditions must be an object.');
  return {
    ...(description !== undefined && { description }),
    ...(root.Metadata !== undefined && { metadata: root.Metadata }),
    parameters: new Map(section(root, 'Parameters').map(([key, v]) => [key, readParameter(key, v)])),
    mappings: new Map(section(root, 'Mappings').map(([key, v]) => [key, mapping(key, v)])),
    conditions: new Map(Object.entries(conditions)),
    rules: new Map(section(root, 'Rules')),
    resources: new Map(section(root, 'Resources').map(([key, v]) => [key, readResource(key, v)])),
    outputs: new Map(section(root, 'Outputs').map(([key, v]) => [key, readOutput(key, v)])),
  };
}

function mapping(name: string, rows: JsonObject): JsonObject {
  for (const [key, row] of Object.entries(rows)) {
    if (!isObject(row)) {
      throw formatError(`Every Mappings attribute must be a String or a List. [/Mappings/${name}/${key}]`);
    }
    for (const value of Object.values(row)) {
      const scalar = (v: unknown) => typeof v === 'string' || typeof v === 'number' || typeof v === 'boolean';
      if (!scalar(value) && !(isList(value) && value.every(scalar))) {
        throw formatError('Every Mappings attribute must be a String or a List.');
      }
    }
  }
  return rows;
}

/** No transform is run: the refusal says so, rather than deploying a template that means something else. */
function refuseTransform(transform: unknown): never {
  const name = isObject(transform) ? transform.Name : transform;
  if (typeof name === 'string' && name.startsWith('AWS::')) {
    throw invalid(`Transform ${name} is not run by this sandbox; deploy the processed template instead`);
  }
  throw invalid(`No transform named ${typeof name === 'string' ? name : JSON.stringify(transform)} found.`);
}

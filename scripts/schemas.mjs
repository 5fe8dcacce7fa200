// Writes the sandbox's copies of the SDK's schemas (src/sandbox/wire/schemas/*.jsonl): one shape a line, parsed when a
// request first needs it. Importing an SDK client for its schemas costs 75 to 240 ms and up to 60 MB a service. Run
// after updating an SDK client; a test fails while a file and the installed client differ.
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Signing name → SDK client, where the two differ. @type {Record<string, string>} */
const clients = { monitoring: 'cloudwatch', logs: 'cloudwatch-logs', events: 'eventbridge' };

export const schemaServices = [
  'cloudformation',
  'cloudtrail',
  'ec2',
  'events',
  'iam',
  'logs',
  'monitoring',
  'organizations',
  's3',
  'sns',
  'sts',
];

const dir = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src', 'sandbox', 'wire', 'schemas');

/** @param {string} service */
export const schemaFile = (service) => join(dir, `${service}.jsonl`);

/**
 * The schemas that a client exports and all that they refer to, by name. In the SDK a schema is
 * `[kind, namespace, name, traits, …]` and refers to others by value or by a function; here it is
 * `[name, kind, traits, …]` and refers to them by name.
 * @param {string} service
 */
export async function schemaText(service) {
  const exports = await import(`@aws-sdk/client-${clients[service] ?? service}`);
  /** @type {Map<string, { of: unknown, line: unknown[] }>} */
  const known = new Map();

  /** @param {unknown} ref @returns {unknown} */
  const write = (ref) => {
    const schema = typeof ref === 'function' ? ref() : ref;
    if (!Array.isArray(schema)) return schema;
    // A schema and its traits; anything else that is an array is a schema.
    if (schema.length === 2) return [write(schema[0]), schema[1]];
    const [kind, , name, traits, ...rest] = schema;
    const seen = known.get(name);
    if (seen !== undefined && seen.of !== schema) throw new Error(`${service}: two shapes ${name}`);
    if (seen === undefined) {
      /** @type {unknown[]} */
      const line = [name, kind, traits];
      known.set(name, { of: schema, line });
      const structure = kind === 3 || kind === 4 || kind === -3;
      if (structure) line.push(rest[0], rest[1].map(write), ...(rest[2] ? [rest[2]] : []));
      else line.push(...rest.map(write));
    }
    return name;
  };

  for (const value of Object.values(exports)) {
    const isSchema = Array.isArray(value) && typeof value[2] === 'string';
    if (isSchema && (value[0] === 9 || value[0] === -3)) write(value);
  }
  const lines = [...known.values()].map(({ line }) => JSON.stringify(line));
  return `${lines.sort().join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const service of schemaServices) writeFileSync(schemaFile(service), await schemaText(service));
}

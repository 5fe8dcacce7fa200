import { writeCbor } from '../cbor-write.ts';
import { ec2Style, queryStyle } from '../form.ts';
import { writeJson } from '../json.ts';
import type { Protocol, ServiceInfo, ServiceModel } from '../model.ts';
import type { OperationShape, Shape, StructureShape } from '../shape.ts';

/** A request that has a chance of being understood. */
export interface Seed {
  readonly service: string;
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
  /** S3's `aws-chunked` bodies: what `x-amz-content-sha256` says. */
  readonly streaming?: string;
}

/** Choices among `n`, from a seed: the same in each run. */
export function chooser(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % n;
  };
}

const policy = (resource: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:*', ...resource }] });

/** By what a member's name says, else anything. */
const texts: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /Document|Policy$|^Content$/,
    [policy({ Resource: '*' }), policy({ Principal: '*', Resource: '*' }), '{}'],
  ],
  [
    /TemplateBody/,
    ['{"Resources":{"T":{"Type":"AWS::SNS::Topic"}}}', 'Resources:\n  R:\n    Type: AWS::IAM::Role\n'],
  ],
  [/TopicArn|TargetArn/, ['arn:aws:sns:us-east-1:489157521585:t']],
  [/RoleArn/, ['arn:aws:iam::489157521585:role/r']],
  [/PolicyArn/, ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::489157521585:policy/p']],
  [
    /Arn|ARN/,
    ['arn:aws:logs:us-east-1:489157521585:log-group:g', 'arn:aws:events:us-east-1:489157521585:rule/r'],
  ],
  [/Account|PolicyId|TargetId|ParentId|Root/, ['489157521585', 'r-ab12', 'p-abcdefgh', 'ou-ab12-abcdefgh']],
  [/EventPattern/, ['{"source":["aws.iam"]}', '{"detail":{"a":[{"prefix":"b"}]}}']],
  [/filterPattern/i, ['{ $.errorCode = "AccessDenied" }', '[a, b]', 'ERROR -x']],
  [/Url|Endpoint/, ['http://127.0.0.1:1/x', 'a@example.com']],
  [/Token|Marker/, ['', 'x']],
];
const anyText = [
  'a',
  'us-east-1',
  'r',
  'ALL',
  'true',
  '2026-11-23T20:00:00Z',
  '',
  'é',
  'Enabled',
  'http',
  'Sum',
];

function value(shape: Shape, name: string, choose: (n: number) => number, depth: number): unknown {
  switch (shape.kind) {
    case 'structure':
      return structure(shape, choose, depth + 1);
    case 'list':
      return Array.from({ length: choose(3) }, () => value(shape.member.shape, name, choose, depth + 1));
    case 'map': {
      const entries = Array.from({ length: choose(3) }, () => [
        anyText[choose(anyText.length)] ?? '',
        value(shape.value.shape, name, choose, depth + 1),
      ]);
      return Object.fromEntries(entries);
    }
    case 'number':
      return [0, 1, 5, 60, 300, 3600, -1, 1e12][choose(8)];
    case 'boolean':
      return choose(2) === 0;
    case 'timestamp':
      return new Date(Date.parse('2026-11-23T20:00:00Z') - choose(7) * 600_000);
    case 'blob':
      return Buffer.from('bytes');
    default: {
      const fitting = texts.find(([test]) => test.test(name))?.[1] ?? anyText;
      return fitting[choose(fitting.length)];
    }
  }
}

function structure(
  shape: StructureShape,
  choose: (n: number) => number,
  depth: number,
): Record<string, unknown> {
  const made: Record<string, unknown> = {};
  shape.members.forEach((member, i) => {
    if (depth > 5 || (i >= shape.required && choose(3) > 0)) return;
    made[member.name] = value(member.shape, member.name, choose, depth);
  });
  return made;
}

/** The parameters of a form, by the rules of awsQuery or ec2Query. */
function parameters(shape: Shape, v: unknown, path: string, ec2: boolean): [string, string][] {
  const style = ec2 ? ec2Style : queryStyle;
  const below = (name: string): string => (path === '' ? name : `${path}.${name}`);
  switch (shape.kind) {
    case 'structure':
      return shape.members.flatMap((m) => {
        const member = (v as Record<string, unknown>)[m.name];
        return member === undefined ? [] : parameters(m.shape, member, below(style.name(m)), ec2);
      });
    case 'list':
      return (v as unknown[]).flatMap((item, i) => {
        const at = style.flatLists ? `${path}.${i + 1}` : `${path}.${shape.member.xmlName}.${i + 1}`;
        return parameters(shape.member.shape, item, at, ec2);
      });
    case 'map':
      return Object.entries(v as Record<string, unknown>).flatMap(([key, item], i): [string, string][] => [
        [`${path}.entry.${i + 1}.${shape.key.xmlName}`, key],
        ...parameters(shape.value.shape, item, `${path}.entry.${i + 1}.${shape.value.xmlName}`, ec2),
      ]);
    default:
      return [
        [path, v instanceof Date ? v.toISOString() : Buffer.isBuffer(v) ? v.toString('base64') : String(v)],
      ];
  }
}

/** A request of an operation in one of its service's protocols; S3's have too many forms to be made here. */
export function example(
  info: ServiceInfo,
  protocol: Exclude<Protocol, 'rest'>,
  operation: OperationShape,
  choose: (n: number) => number,
): Seed {
  const input = structure(operation.input, choose, 0);
  const seed = { service: info.name, method: 'POST', path: '/', query: {} };
  switch (protocol) {
    case 'json': {
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${info.target}.${operation.name}`,
      };
      return { ...seed, headers, body: Buffer.from(writeJson(operation.input, input)) };
    }
    case 'cbor': {
      const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' };
      const path = `/service/${info.target}/operation/${operation.name}`;
      return { ...seed, path, headers, body: writeCbor(operation.input, input) };
    }
    default: {
      const pairs = parameters(operation.input, input, '', protocol === 'ec2');
      const body = new URLSearchParams([['Action', operation.name], ['Version', info.version], ...pairs]);
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      return { ...seed, headers, body: Buffer.from(body.toString()) };
    }
  }
}

/** Examples of every operation that the test says is served, in every protocol of its service. */
export function examples(
  models: readonly ServiceModel[],
  serves: (service: string, name: string) => boolean,
): Seed[] {
  const choose = chooser(1);
  return models.flatMap((model) => {
    const { info } = model;
    const protocols = [info.protocol, ...(info.others ?? [])].filter((p) => p !== 'rest');
    return model.operationNames
      .filter((name) => serves(info.name, name))
      .flatMap((name) => {
        const operation = model.operation(name);
        if (operation === undefined) return [];
        return protocols.flatMap((p) => [0, 1, 2].map(() => example(info, p, operation, choose)));
      });
  });
}

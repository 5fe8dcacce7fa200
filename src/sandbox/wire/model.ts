import { readFile } from 'node:fs/promises';
import { SchemaTable } from './schemas/table.ts';
import { type OperationShape, readOperation } from './shape.ts';

export type Protocol = 'query' | 'ec2' | 'json' | 'rest' | 'cbor';

/** What the wire needs to know of a service before its schemas are loaded. */
export interface ServiceInfo {
  /** Signing name: the fourth part of the credential scope. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly version: string;
  readonly xmlNamespace: string;
  /** `X-Amz-Target` prefix of JSON services. */
  readonly target?: string;
  /** awsJson's version, when it isn't 1.1. */
  readonly jsonVersion?: string;
  /** Protocols that clients speak beside `protocol` (`awsQueryCompatible`: errors also carry their query code). */
  readonly others?: readonly Protocol[];
}

/**
 * The served services. This repeats `client.config.protocolSettings`, which exists only on a constructed client;
 * a test holds both equal.
 */
export const services: readonly ServiceInfo[] = [
  {
    name: 'sts',
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  },
  {
    name: 'iam',
    protocol: 'query',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  },
  {
    name: 'ec2',
    protocol: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15',
  },
  {
    name: 's3',
    protocol: 'rest',
    version: '2006-03-01',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
  },
  {
    name: 'cloudtrail',
    protocol: 'json',
    version: '2013-11-01',
    xmlNamespace: 'http://cloudtrail.amazonaws.com/doc/2013-11-01/',
    target: 'CloudTrail_20131101',
  },
  {
    name: 'organizations',
    protocol: 'json',
    version: '2016-11-28',
    xmlNamespace: 'http://organizations.amazonaws.com/doc/2016-11-28/',
    target: 'AWSOrganizationsV20161128',
  },
  {
    name: 'cloudformation',
    protocol: 'query',
    version: '2010-05-15',
    xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
  },
  {
    name: 'sns',
    protocol: 'query',
    version: '2010-03-31',
    xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/',
  },
  {
    name: 'monitoring',
    protocol: 'json',
    version: '2010-08-01',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
    target: 'GraniteServiceVersion20100801',
    jsonVersion: '1.0',
    others: ['cbor', 'query'],
  },
  {
    name: 'logs',
    protocol: 'json',
    version: '2014-03-28',
    xmlNamespace: 'http://monitoring.amazonaws.com/doc/2014-03-28/',
    target: 'Logs_20140328',
  },
  {
    name: 'events',
    protocol: 'json',
    version: '2015-10-07',
    xmlNamespace: 'http://events.amazonaws.com/doc/2015-10-07',
    target: 'AWSEvents',
  },
];

const byName = new Map(services.map((s) => [s.name, s]));

export const serviceInfo = (name: string): ServiceInfo | undefined => byName.get(name);

/** A service whose schemas are loaded. */
export interface ServiceModel {
  readonly info: ServiceInfo;
  readonly operationNames: readonly string[];
  /** Compiled when first asked for. */
  operation(name: string): OperationShape | undefined;
  /** Code and status of the modelled errors, by wire code and by shape name. */
  error(code: string): ModelledError | undefined;
}

export interface ModelledError {
  readonly code: string;
  /** The exception's own name, which protocols other than query and XML send. */
  readonly shape: string;
  readonly status: number;
}

const loaded = new Map<string, ServiceModel>();
const loading = new Map<string, Promise<ServiceModel>>();

/** The model, when it has been loaded before; lets the hot path stay synchronous. */
export const loadedModel = (name: string): ServiceModel | undefined => loaded.get(name);

/**
 * Reads the service's schemas on its first call, once: from files that are made of the SDK clients, because importing
 * the clients themselves costs 75 ms (STS) to 240 ms and 60 MB (EC2).
 */
export function loadModel(info: ServiceInfo): Promise<ServiceModel> {
  let pending = loading.get(info.name);
  if (pending === undefined) {
    // Beside this file, and beside the bundle, where the build copies them.
    pending = readFile(new URL(`./schemas/${info.name}.jsonl`, import.meta.url), 'utf8').then((text) => {
      const model = buildModel(info, new SchemaTable(text));
      loaded.set(info.name, model);
      return model;
    });
    loading.set(info.name, pending);
  }
  return pending;
}

function buildModel(info: ServiceInfo, table: SchemaTable): ServiceModel {
  const operationNames = table.names(9);
  const operations = new Map<string, OperationShape | undefined>(
    operationNames.map((name) => [name, undefined]),
  );
  let errors: ReadonlyMap<string, ModelledError> | undefined;
  return {
    info,
    operationNames,
    operation: (name) => {
      const known = operations.get(name);
      if (known !== undefined || !operations.has(name)) return known;
      const schema = table.schema(name);
      if (schema === undefined) return undefined;
      const operation = readOperation(schema);
      operations.set(name, operation);
      return operation;
    },
    error: (code) => {
      errors ??= readErrors(table);
      return errors.get(code);
    },
  };
}

function readErrors(table: SchemaTable): ReadonlyMap<string, ModelledError> {
  const errors = new Map<string, ModelledError>();
  for (const name of table.names(-3)) {
    const given = table.schema(name)?.[3];
    const traits = (typeof given === 'object' ? given : {}) as Record<string, unknown>;
    const query = traits['awsQueryError'] as readonly [string, number] | undefined;
    const status = (traits['httpError'] as number | undefined) ?? query?.[1] ?? 400;
    const fact = { code: query?.[0] ?? name, shape: name, status };
    errors.set(name, fact);
    errors.set(fact.code, fact);
  }
  return errors;
}

import { isErrorSchema, isOperationSchema, type OperationShape, readOperation } from './shape.ts';

export type Protocol = 'query' | 'ec2' | 'json' | 'rest';

/** What the wire needs to know of a service before its schemas are loaded. */
export interface ServiceInfo {
  /** Signing name: the fourth part of the credential scope. */
  readonly name: string;
  readonly protocol: Protocol;
  readonly version: string;
  readonly xmlNamespace: string;
  /** `X-Amz-Target` prefix of JSON services. */
  readonly target?: string;
  readonly load: () => Promise<Record<string, unknown>>;
}

/**
 * The served services. Everything but `load` repeats `client.config.protocolSettings`, which exists only on a
 * constructed client; a test holds both equal.
 */
export const services: readonly ServiceInfo[] = [
  {
    name: 'sts',
    protocol: 'query',
    version: '2011-06-15',
    xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    load: () => import('@aws-sdk/client-sts'),
  },
  {
    name: 'iam',
    protocol: 'query',
    version: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    load: () => import('@aws-sdk/client-iam'),
  },
  {
    name: 'ec2',
    protocol: 'ec2',
    version: '2016-11-15',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15',
    load: () => import('@aws-sdk/client-ec2'),
  },
  {
    name: 's3',
    protocol: 'rest',
    version: '2006-03-01',
    xmlNamespace: 'http://s3.amazonaws.com/doc/2006-03-01/',
    load: () => import('@aws-sdk/client-s3'),
  },
  {
    name: 'cloudtrail',
    protocol: 'json',
    version: '2013-11-01',
    xmlNamespace: 'http://cloudtrail.amazonaws.com/doc/2013-11-01/',
    target: 'CloudTrail_20131101',
    load: () => import('@aws-sdk/client-cloudtrail'),
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
  error(code: string): { readonly code: string; readonly status: number } | undefined;
}

const loaded = new Map<string, ServiceModel>();
const loading = new Map<string, Promise<ServiceModel>>();

/** The model, when it has been loaded before; lets the hot path stay synchronous. */
export const loadedModel = (name: string): ServiceModel | undefined => loaded.get(name);

/**
 * Imports the service's SDK client on its first call, once. The clients are the only big thing here (STS 75 ms,
 * EC2 240 ms and 60 MB), so starting the sandbox imports none of them.
 */
export function loadModel(info: ServiceInfo): Promise<ServiceModel> {
  let pending = loading.get(info.name);
  if (pending === undefined) {
    pending = info.load().then((exports) => {
      const model = buildModel(info, exports);
      loaded.set(info.name, model);
      return model;
    });
    loading.set(info.name, pending);
  }
  return pending;
}

function buildModel(info: ServiceInfo, exports: Record<string, unknown>): ServiceModel {
  const schemas = new Map<string, readonly unknown[]>();
  const errors = new Map<string, { code: string; status: number }>();
  for (const value of Object.values(exports)) {
    if (isOperationSchema(value)) schemas.set(value[2] as string, value);
    else if (isErrorSchema(value)) {
      const traits = (typeof value[3] === 'object' ? value[3] : {}) as Record<string, unknown>;
      const query = traits['awsQueryError'] as readonly [string, number] | undefined;
      const status = (traits['httpError'] as number | undefined) ?? query?.[1] ?? 400;
      const fact = { code: query?.[0] ?? (value[2] as string), status };
      errors.set(value[2] as string, fact);
      errors.set(fact.code, fact);
    }
  }
  const operations = new Map<string, OperationShape>();
  return {
    info,
    operationNames: [...schemas.keys()].sort(),
    operation: (name) => {
      const known = operations.get(name);
      if (known !== undefined) return known;
      const schema = schemas.get(name);
      if (schema === undefined) return undefined;
      const operation = readOperation(schema);
      operations.set(name, operation);
      return operation;
    },
    error: (code) => errors.get(code),
  };
}

/**
 * The architecture, as a table. ARCHITECTURE.md's map is this table; the test beside it holds the imports to it.
 * A room may import rooms of lower layers, through their doors only, and nothing above or beside it.
 */
export interface Room {
  readonly name: string;
  readonly layer: number;
  readonly holds: string;
  /** May touch disk, network, processes. */
  readonly io: boolean;
}

export const rooms: readonly Room[] = [
  {
    name: 'base',
    layer: 0,
    io: false,
    holds: 'diagnostics, ARNs, wildcards, clocks, durations, networks, secrets, TOTP',
  },
  {
    name: 'policy',
    layer: 1,
    io: false,
    holds: 'policy documents: parser with positions, printer, lint rules, quotas',
  },
  { name: 'engine', layer: 2, io: false, holds: 'the one decision: compile policies, authorize, explain' },
  {
    name: 'access',
    layer: 3,
    io: false,
    holds: 'the definition access.yaml: schema, loader, resolved model',
  },
  {
    name: 'generate',
    layer: 4,
    io: false,
    holds: 'artefacts: policies, Terraform, CloudFormation, alarms, documents',
  },
  { name: 'trail', layer: 4, io: false, holds: 'CloudTrail records and files: bytes in, records out' },
  { name: 'detect', layer: 5, io: false, holds: 'rules over records, event-time windows, findings' },
  { name: 'aws', layer: 5, io: true, holds: 'SDK clients, profiles, what AWS errors mean' },
  { name: 'sandbox', layer: 6, io: true, holds: 'a local multi-account AWS over the real protocols' },
  { name: 'deploy', layer: 6, io: true, holds: 'plan, apply, drift, destroy, enroll' },
  { name: 'session', layer: 6, io: true, holds: 'login, assume, cache, exec, profiles' },
  { name: 'respond', layer: 6, io: true, holds: 'revoke, rotate, and the proof' },
  { name: 'cli', layer: 7, io: true, holds: 'one thin file a command: parse, call a room, render' },
];

/** Node modules that reach outside the process; rooms without I/O may not import them. */
export const ioModules: readonly string[] = [
  'fs',
  'fs/promises',
  'net',
  'http',
  'https',
  'http2',
  'dns',
  'dgram',
  'tls',
  'child_process',
  'worker_threads',
  'cluster',
  'readline',
  'os',
];

/** Exceptions, each with its reason. */
export const allowed: readonly { readonly file: string; readonly imports: string; readonly why: string }[] = [
  {
    file: 'src/base/cidr.ts',
    imports: 'node:net',
    why: 'isIP and BlockList only compute; nothing is opened',
  },
  { file: 'src/trail/facts.ts', imports: 'node:net', why: 'isIPv4 and isIPv6 only compute' },
];

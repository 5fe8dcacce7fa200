/**
 * The SDK's static schemas, compiled once into shapes that the serializers walk.
 *
 * The SDK writes schemas as nested arrays and bit vectors (`@smithy/types`, schema/static-schemas): 0 simple, 1 list,
 * 2 map, 3 structure, 4 union, -3 error, 9 operation; traits are an object or a bit vector. That form is read here
 * and nowhere else, so a change of it is one file's work.
 */
export type Shape = ScalarShape | ListShape | MapShape | StructureShape;

export type ScalarKind = 'string' | 'number' | 'boolean' | 'blob' | 'timestamp' | 'document' | 'unit';

export interface ScalarShape {
  readonly kind: ScalarKind;
  /** Timestamps only; absent: the protocol's default. */
  readonly format?: 'date-time' | 'http-date' | 'epoch-seconds';
  readonly sensitive: boolean;
}

export interface ListShape {
  readonly kind: 'list';
  readonly member: Member;
  readonly sensitive: boolean;
}

export interface MapShape {
  readonly kind: 'map';
  readonly key: Member;
  readonly value: Member;
  readonly sensitive: boolean;
}

export interface StructureShape {
  readonly kind: 'structure';
  readonly name: string;
  readonly traits: Traits;
  /** Members in the model's order, required ones first. */
  readonly members: readonly Member[];
  readonly member: ReadonlyMap<string, Member>;
  /** Those that are XML attributes, not elements. */
  readonly attributes: readonly Member[];
  /** How many of the members, from the first, are required. */
  readonly required: number;
  readonly sensitive: boolean;
}

export type Traits = Readonly<Record<string, unknown>>;

export interface Member {
  readonly name: string;
  readonly traits: Traits;
  /** Name in XML: the xmlName trait or the member's own. */
  readonly xmlName: string;
  readonly flattened: boolean;
  readonly sensitive: boolean;
  /** Compiled when first asked for: schemas are recursive. */
  readonly shape: Shape;
}

export interface OperationShape {
  readonly name: string;
  readonly traits: Traits;
  readonly input: StructureShape;
  /** Undefined when the operation returns nothing. */
  readonly output: StructureShape | undefined;
}

const noTraits: Traits = Object.freeze({});
const bits = [
  'httpLabel',
  'idempotent',
  'idempotencyToken',
  'sensitive',
  'httpPayload',
  'httpResponseCode',
  'httpQueryParams',
];

function readTraits(ref: unknown): Traits {
  if (typeof ref === 'object' && ref !== null) return ref as Traits;
  if (typeof ref !== 'number' || ref === 0) return noTraits;
  const traits: Record<string, unknown> = {};
  bits.forEach((name, i) => {
    if ((ref >> i) & 1) traits[name] = 1;
  });
  return traits;
}

const scalar = (kind: ScalarKind, sensitive: boolean, format?: ScalarShape['format']): ScalarShape =>
  format === undefined ? { kind, sensitive } : { kind, sensitive, format };

function simple(code: number, sensitive: boolean): Shape {
  if (code >= 128) return mapOf(0, code & 63, sensitive);
  if (code >= 64) return listOf(code & 63, sensitive);
  switch (code) {
    case 0:
      return scalar('string', sensitive);
    case 1:
    case 17:
    case 19:
      return scalar('number', sensitive);
    case 2:
      return scalar('boolean', sensitive);
    case 4:
      return scalar('timestamp', sensitive);
    case 5:
      return scalar('timestamp', sensitive, 'date-time');
    case 6:
      return scalar('timestamp', sensitive, 'http-date');
    case 7:
      return scalar('timestamp', sensitive, 'epoch-seconds');
    case 21:
    case 42:
      return scalar('blob', sensitive);
    case 15:
      return scalar('document', sensitive);
    default:
      throw new Error(`unknown simple schema ${code}`);
  }
}

const listOf = (member: unknown, sensitive: boolean): ListShape => ({
  kind: 'list',
  member: readMember('member', member),
  sensitive,
});

const mapOf = (key: unknown, value: unknown, sensitive: boolean): MapShape => ({
  kind: 'map',
  key: readMember('key', key),
  value: readMember('value', value),
  sensitive,
});

const compiled = new WeakMap<object, Shape>();

/** Compiles any schema reference: bit code, `"unit"`, static schema, or a function that returns one. */
export function readShape(ref: unknown): Shape {
  const schema = typeof ref === 'function' ? (ref() as unknown) : ref;
  if (typeof schema === 'number') return simple(schema, false);
  if (schema === 'unit') return scalar('unit', false);
  if (!Array.isArray(schema)) throw new Error('not a schema');
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const shape = readStatic(schema);
  compiled.set(schema, shape);
  return shape;
}

function readStatic(schema: readonly unknown[]): Shape {
  const traits = readTraits(schema[3]);
  const sensitive = traits['sensitive'] !== undefined;
  switch (schema[0]) {
    case 0:
      return simple(schema[4] as number, sensitive);
    case 1:
      return listOf(schema[4], sensitive);
    case 2:
      return mapOf(schema[4], schema[5], sensitive);
    case 3:
    case 4:
    case -3: {
      const refs = schema[5] as readonly unknown[];
      const members = (schema[4] as readonly string[]).map((name, i) => readMember(name, refs[i]));
      return {
        kind: 'structure',
        name: schema[2] as string,
        traits,
        members,
        member: new Map(members.map((m) => [m.name, m])),
        attributes: members.filter((m) => m.traits['xmlAttribute'] !== undefined),
        required: (schema[6] as number | undefined) ?? 0,
        sensitive,
      };
    }
    default:
      throw new Error(`unknown schema kind ${String(schema[0])}`);
  }
}

class LazyMember implements Member {
  readonly name: string;
  readonly traits: Traits;
  readonly xmlName: string;
  readonly flattened: boolean;
  readonly #ref: unknown;
  #shape: Shape | undefined;

  constructor(name: string, ref: unknown, traits: Traits) {
    this.name = name;
    this.traits = traits;
    this.xmlName = typeof traits['xmlName'] === 'string' ? traits['xmlName'] : name;
    this.flattened = traits['xmlFlattened'] !== undefined;
    this.#ref = ref;
  }

  get shape(): Shape {
    this.#shape ??= readShape(this.#ref);
    return this.#shape;
  }

  get sensitive(): boolean {
    return this.traits['sensitive'] !== undefined || this.shape.sensitive;
  }
}

/** A member is a bare schema, or a pair of schema and traits; pairs can nest. */
function readMember(name: string, ref: unknown): Member {
  let target = ref;
  let traits = noTraits;
  while (Array.isArray(target) && target.length === 2) {
    traits = traits === noTraits ? readTraits(target[1]) : { ...readTraits(target[1]), ...traits };
    target = target[0];
  }
  return new LazyMember(name, target, traits);
}

const nothing: StructureShape = {
  kind: 'structure',
  name: 'Unit',
  traits: noTraits,
  members: [],
  member: new Map(),
  attributes: [],
  required: 0,
  sensitive: false,
};

/** Compiles an operation schema (`AssumeRole$`). */
export function readOperation(schema: readonly unknown[]): OperationShape {
  const input = readShape(schema[4]);
  const output = readShape(schema[5]);
  return {
    name: schema[2] as string,
    traits: readTraits(schema[3]),
    input: input.kind === 'structure' ? input : nothing,
    output: output.kind === 'structure' ? output : undefined,
  };
}

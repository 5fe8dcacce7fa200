const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const BYTE_ORDER_MARK = 0xef;

/** The text ends inside the value. */
const INCOMPLETE = -1;
/** A raw newline inside a string: JSON forbids it, so a line of JSON lines was cut off. */
const BROKEN = -2;

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === NEWLINE || byte === 0x0d || byte === 0x09;

/**
 * One past the end of the object, array or string that begins at `start`, or INCOMPLETE or BROKEN. Only brackets and
 * strings are looked at: whether it is JSON, JSON.parse says afterwards.
 */
function endOfValue(bytes: Uint8Array, start: number): number {
  const length = bytes.length;
  let depth = 0;
  for (let i = start; i < length; i++) {
    const byte = bytes[i]!;
    if (byte === QUOTE) {
      for (i++; ; i++) {
        if (i >= length) return INCOMPLETE;
        const inner = bytes[i]!;
        if (inner === QUOTE) break;
        if (inner === BACKSLASH) i++;
        else if (inner === NEWLINE) return BROKEN;
      }
      if (depth === 0) return i + 1;
    } else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth++;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) {
      depth--;
      if (depth <= 0) return i + 1;
    }
  }
  return INCOMPLETE;
}

/** What `splitObjects` saw beside whole objects. Offsets count bytes of the uncompressed text. */
export interface Damage {
  /** Where the object that the end of the text cuts off begins. */
  truncatedAt?: number;
  /** Runs of text that are no objects. */
  garbage: number;
  firstGarbage?: number;
}

/** Containers whose elements are wanted one by one; their name must be the object's first key, as AWS writes it. */
const container = /^\{\s*"(?:Records|Events|logEvents|events)"\s*:\s*\[/;

/**
 * Finds the objects of a text that JSON.parse can't take whole: JSON lines, concatenated or truncated files, and files
 * beyond the longest string. Objects inside a top array or a `{"Records":[` container are visited one by one.
 */
export function splitObjects(
  bytes: Uint8Array,
  visit: (start: number, end: number) => void,
  /** Objects that begin here or later are not visited. */
  until: number = bytes.length,
): Damage {
  const damage: Damage = { garbage: 0 };
  const noteGarbage = (at: number) => {
    damage.garbage++;
    damage.firstGarbage ??= at;
  };
  // How many arrays and containers we are inside of decides whether their closing brackets are expected.
  let arrays = 0;
  let containers = 0;
  let i = bytes[0] === BYTE_ORDER_MARK ? 3 : 0;
  while (i < until) {
    const byte = bytes[i]!;
    if (isSpace(byte) || byte === COMMA) {
      i++;
    } else if (byte === OPEN_ARRAY && arrays === containers) {
      arrays++;
      i++;
    } else if (byte === CLOSE_ARRAY && arrays > 0) {
      arrays--;
      i++;
      if (containers > 0) i = skipRestOfContainer(bytes, i);
      if (containers > arrays) containers--;
    } else if (byte === OPEN_OBJECT) {
      const head = container.exec(Buffer.from(bytes.subarray(i, i + 200)).toString('latin1'));
      if (head) {
        containers++;
        arrays++;
        i += head[0].length;
        continue;
      }
      const end = endOfValue(bytes, i);
      if (end === INCOMPLETE) {
        damage.truncatedAt = i;
        return damage;
      }
      if (end === BROKEN) {
        noteGarbage(i);
        i = nextLine(bytes, i);
      } else {
        visit(i, end);
        i = end;
      }
    } else {
      noteGarbage(i);
      i = nextLine(bytes, i);
    }
  }
  if (arrays > 0 && until >= bytes.length) damage.truncatedAt = bytes.length;
  return damage;
}

function nextLine(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(NEWLINE, from);
  return at === -1 ? bytes.length : at + 1;
}

/** After a container's array: further keys (`NextToken`) up to its closing brace. */
function skipRestOfContainer(bytes: Uint8Array, from: number): number {
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === CLOSE_OBJECT) return i + 1;
    if (byte === QUOTE || byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      const end = endOfValue(bytes, i);
      if (end < 0) return bytes.length;
      i = end - 1;
    }
  }
  return bytes.length;
}

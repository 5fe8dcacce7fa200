/** Error correction level L. */
const LEVEL = 0b01;
/** Any mask is readable; choosing the prettiest of eight (ISO/IEC 18004, 7.8.3) isn't worth eight drawings here. */
const MASK = 0;

/** The square of modules: function patterns first, then the code words in the zigzag between them. */
export class Matrix {
  readonly rows: boolean[][];
  readonly #fixed: boolean[][];
  readonly #size: number;

  constructor(version: number, words: Uint8Array) {
    this.#size = version * 4 + 17;
    const square = () => Array.from({ length: this.#size }, () => Array<boolean>(this.#size).fill(false));
    this.rows = square();
    this.#fixed = square();
    this.#finders();
    this.#alignment(version);
    this.#timing();
    this.#format();
    if (version >= 7) this.#version(version);
    this.#data(words);
  }

  /** A module of a function pattern, which no data may take. */
  #set(x: number, y: number, dark: boolean): void {
    if (x < 0 || y < 0 || x >= this.#size || y >= this.#size) return;
    this.#row(this.rows, y)[x] = dark;
    this.#row(this.#fixed, y)[x] = true;
  }

  #row(rows: boolean[][], y: number): boolean[] {
    const row = rows[y];
    if (row === undefined) throw new RangeError(`no row ${y}`);
    return row;
  }

  #finders(): void {
    const far = this.#size - 4;
    for (const [cx, cy] of [
      [3, 3],
      [far, 3],
      [3, far],
    ] as const) {
      for (let dy = -4; dy <= 4; dy++) {
        for (let dx = -4; dx <= 4; dx++) {
          const ring = Math.max(Math.abs(dx), Math.abs(dy));
          this.#set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
        }
      }
    }
  }

  #alignment(version: number): void {
    if (version < 2) return;
    const count = Math.floor(version / 7) + 2;
    const step = Math.ceil((this.#size - 13) / (count * 2 - 2)) * 2;
    const places = [6, ...Array.from({ length: count - 1 }, (_, i) => this.#size - 7 - i * step).reverse()];
    const last = places.length - 1;
    for (const [i, cx] of places.entries()) {
      for (const [j, cy] of places.entries()) {
        // The corners belong to the finders.
        if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) continue;
        for (let dy = -2; dy <= 2; dy++) {
          for (let dx = -2; dx <= 2; dx++)
            this.#set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
        }
      }
    }
  }

  #timing(): void {
    for (let i = 8; i < this.#size - 8; i++) {
      this.#set(6, i, i % 2 === 0);
      this.#set(i, 6, i % 2 === 0);
    }
  }

  /** 15 bits of level and mask, twice, and the module that is always dark. */
  #format(): void {
    const data = (LEVEL << 3) | MASK;
    let check = data;
    for (let i = 0; i < 10; i++) check = (check << 1) ^ ((check >>> 9) * 0x537);
    const bits = ((data << 10) | check) ^ 0x5412;
    const bit = (i: number) => ((bits >>> i) & 1) === 1;
    for (let i = 0; i <= 5; i++) this.#set(8, i, bit(i));
    this.#set(8, 7, bit(6));
    this.#set(8, 8, bit(7));
    this.#set(7, 8, bit(8));
    for (let i = 9; i < 15; i++) this.#set(14 - i, 8, bit(i));
    for (let i = 0; i < 8; i++) this.#set(this.#size - 1 - i, 8, bit(i));
    for (let i = 8; i < 15; i++) this.#set(8, this.#size - 15 + i, bit(i));
    this.#set(8, this.#size - 8, true);
  }

  #version(version: number): void {
    let check = version;
    for (let i = 0; i < 12; i++) check = (check << 1) ^ ((check >>> 11) * 0x1f25);
    const bits = (version << 12) | check;
    for (let i = 0; i < 18; i++) {
      const dark = ((bits >>> i) & 1) === 1;
      const a = this.#size - 11 + (i % 3);
      const b = Math.floor(i / 3);
      this.#set(a, b, dark);
      this.#set(b, a, dark);
    }
  }

  #data(words: Uint8Array): void {
    let at = 0;
    // Column pairs from the right, up and down in turn; the vertical timing pattern is stepped over.
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let step = 0; step < this.#size; step++) {
        const upward = ((right + 1) & 2) === 0;
        const y = upward ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#row(this.#fixed, y)[x]) continue;
          const dark = (((words[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1;
          at++;
          this.#row(this.rows, y)[x] = dark !== ((x + y) % 2 === 0);
        }
      }
    }
  }
}

/** One file to write. The command line writes it; this room does no I/O. */
export interface GeneratedFile {
  /** Relative to the output folder, with `/`. */
  readonly path: string;
  /** UTF-8 text that ends in one newline. */
  readonly content: string;
  /** A script: to be written with mode 0755. */
  readonly executable?: true;
}

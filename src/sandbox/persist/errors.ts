/** The data folder can't be used; `remedy` says what to do. */
export class DataError extends Error {
  readonly remedy: string;

  constructor(message: string, remedy: string) {
    super(message);
    this.name = 'DataError';
    this.remedy = remedy;
  }
}

/** A log message; its JSON is read when the first pattern asks for it. */
export class LogText {
  readonly message: string;
  #json: { readonly value: unknown } | undefined;

  constructor(message: string) {
    this.message = message;
  }

  /** undefined when the message is no JSON. */
  get json(): unknown {
    this.#json ??= { value: parse(this.message) };
    return this.#json.value;
  }
}

function parse(message: string): unknown {
  if (!message.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

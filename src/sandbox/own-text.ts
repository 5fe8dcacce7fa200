/**
 * A copy of a latin1 text. V8 keeps all of a text that something was cut from, such as a request's head: what outlives
 * the request is copied.
 */
export const ownText = (text: string): string => Buffer.from(text, 'latin1').toString('latin1');

/** What couldn't be done, in the words that go into a StatusReason. */
export interface Refused {
  readonly refused: string;
}

export const isRefused = (outcome: object): outcome is Refused => 'refused' in outcome;

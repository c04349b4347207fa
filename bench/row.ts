/** One line of the table that `npm run bench` prints. */
export interface Row {
  readonly name: string;
  /** With its unit. */
  readonly measured: string;
  /** What it is held against, measured in the same run, with its unit. */
  readonly peer: string;
  /** Measured to peer; null where the target is not a ratio. */
  readonly ratio: number | null;
  readonly target: string;
  readonly pass: boolean;
}

/** Where sets of flags come from: as text, unchecked, whenever they change. */
export interface FlagSource {
  /** Resolves with the first text or the first failure; goes on telling both until it is closed. */
  start(listener: FlagListener): Promise<void>;
  close(): void;
}

export interface FlagListener {
  /** The whole set as it is now; may be the same as before. */
  received(content: string): void;
  /** It cannot be had at the moment, and why; told once until it can be had again. */
  lost(reason: string): void;
}

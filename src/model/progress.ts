/** What a watcher of a run is told, at most a few times a second. */
export interface Progress {
  /** Done so far, those of before a resumption too. */
  readonly exchanges: number;
  /** Of these, done before this process began. */
  readonly resumed: number;
  readonly calls: number;
  readonly different: number;
  readonly uncomparable: number;
}

/** EXIF fields as a reader finds them. */

/** By their names in the standard (`PhotographicSensitivity` as `ISO`): numbers, texts, or an `UnreadableEntry`. */
export type ExifFields = Readonly<Record<string, unknown>>;

/** In place of a value: why it cannot be read, for `FNumber ...`. */
export class UnreadableEntry {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

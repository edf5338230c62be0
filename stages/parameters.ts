// Made from schemas/stages by `npm run types`. Do not edit.

/**
 * Parameters of the stage that decodes photographs and reads their EXIF.
 */
export interface IngestParameters {
  /**
   * Share of unreadable files above which the stage fails.
   */
  maximumBroken: number;
  /**
   * Width times height above which a picture is left out, undecoded.
   */
  maximumPixels: number;
}

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

/**
 * Parameters of the stage that makes the built-in data set: photographs with EXIF, real and generated faces.
 */
export interface SimulateParameters {
  /**
   * Every picture is drawn from it by its own number.
   */
  seed: number;
  /**
   * Side of every picture in px; a multiple of 8.
   */
  size: number;
  /**
   * Photographs with EXIF and landmarks.
   */
  photos: number;
  /**
   * Real faces without EXIF, for the mixture and its test.
   */
  faces: {
    /**
     * Faces that the mixture learns.
     */
    train: number;
    /**
     * Faces for choices.
     */
    validation: number;
    /**
     * Faces for the final figures.
     */
    test: number;
  };
  /**
   * Generated faces of each of the nine families.
   */
  generated: {
    /**
     * Faces for choices.
     */
    validation: number;
    /**
     * Faces for the final figures.
     */
    test: number;
  };
}

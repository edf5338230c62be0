/** What a data set says of its photographs before a picture is opened. */
import type { Box } from '../image/framing.ts';

/** `folder`: photographs with EXIF inside, or an FDF-style JSON file beside each; `fdf`: the Flickr Diverse Faces data set. */
type PhotoLayout = 'folder' | 'fdf';

export interface PhotoSource {
  /** In code-point order of the ids. */
  readonly photos: readonly SourcePhoto[];
  /** Pictures left out by what the data set says of them, without a look at them, by the reason. */
  readonly passedOver: readonly PassedOver[];
}

export interface SourcePhoto {
  /** Path relative to the folder, POSIX separators. */
  readonly id: string;
  /** The file with its camera settings, relative to the folder; absent where they are in the picture or beside it. */
  readonly exif?: string;
  /** A file beside the picture that is read where the picture itself has no settings. */
  readonly beside?: string;
  /** Where its face is, in shares of the picture's width and height. */
  readonly face?: Box;
  readonly licence?: Licence;
}

/** Under which terms a photograph may be used, as its data set says. */
export interface Licence {
  readonly name: string;
  readonly url?: string;
  readonly author?: string;
  /** Page of the photograph. */
  readonly source?: string;
}

export interface PassedOver {
  readonly code: 'EXIF_MISSING' | 'LICENCE_OTHER' | 'IMAGE_MISSING' | 'ENTRY_MISSING';
  readonly count: number;
  /** The id of the first. */
  readonly first: string;
}

/** Why, as the end of a sentence. */
export const passedOverWords: Readonly<Record<PassedOver['code'], string>> = {
  EXIF_MISSING: 'the data set has no EXIF for them',
  IMAGE_MISSING: 'the data set lists them, but their pictures are not there',
  ENTRY_MISSING: 'their pictures are there, but the data set does not list them',
  LICENCE_OTHER: 'their licence is none of ingest.licences',
};

export interface SourceOptions {
  readonly layout: PhotoLayout;
  /** The licences that will do, by name or address, in `fdf`; all where absent. */
  readonly licences?: readonly string[] | undefined;
  readonly signal?: AbortSignal;
}

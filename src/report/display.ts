/** The page that a stage wants shown of its artifact. */
import { readPlainText } from '../config/plain-file.ts';
import { FailureError } from '../failure.ts';
import { fileInside } from '../store/confined-path.ts';

/** A Markdown file of the artifact, and nothing from elsewhere. Errors: `DISPLAY_MISSING`. */
export function readDisplay(folder: string, display: string): string {
  const place = fileInside(folder, display);
  if (place !== undefined) return readPlainText(place);
  throw new FailureError({
    code: 'DISPLAY_MISSING',
    message: `there is no file ${JSON.stringify(display)} in the artifact, the page it is shown by`,
    place: folder,
    remedy: 'pipe verify names what is damaged; the next run makes it again',
  });
}

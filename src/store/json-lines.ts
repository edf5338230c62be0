/** Files of one JSON value a line, to which runs append. */
import { readStoredText } from './stored-file.ts';

/** Those that are what they should be; none where the file cannot be read. The last line of a killed run may be torn. */
export function linesIn<Line>(file: string, isLine: (value: unknown) => value is Line): readonly Line[] {
  try {
    return readStoredText(file)
      .split('\n')
      .flatMap((text) => lineIn(text, isLine));
  } catch {
    return [];
  }
}

function lineIn<Line>(text: string, isLine: (value: unknown) => value is Line): readonly Line[] {
  try {
    const line = text === '' ? undefined : (JSON.parse(text) as unknown);
    return isLine(line) ? [line] : [];
  } catch {
    return [];
  }
}

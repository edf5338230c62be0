/** JSON for programs. It may pass a terminal or the log of a CI job on its way, so there is nothing in it that these act on. */

/** Equal to `JSON.stringify(value, null, indent)` for every reader of JSON. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
      character === '\n' ? character : escaped(character),
    )
    .replaceAll(/##(?=\w*\[)/g, '\\u0023#');
}

const escaped = (character: string): string =>
  [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');

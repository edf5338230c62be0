/**
 * A small type face of our own, so that captions look the same on machines with and without fonts.
 *
 * A glyph is five pixels wide and up to nine high: one digit of base 32 a row from the top, the highest bit on the left.
 * Seven rows stand on the base line, two hang below it.
 */
export const glyphWidth = 5;
export const glyphHeight = 9;

/** The rows of a character as numbers below 32; a hollow box for a character that has none. */
export function glyphRows(character: string): readonly number[] {
  return glyphs.get(character) ?? hollowBox;
}

const toRows = (digits: string): number[] => Array.from(digits, (digit) => Number.parseInt(digit, 32));
const hollowBox = toRows('vhhhhhv');

// prettier-ignore
const drawings: Readonly<Record<string, string>> = {
  ' ': '0', '!': '4444404', '"': 'aaa', '#': 'aavavaa', $: '4fke5u4', '%': 'op248j3', '&': 'cik8lid', "'": '44',
  '(': '2488842', ')': '8422248', '*': '04lel4', '+': '044v44', ',': '000006624', '-': '000e', '.': '0000066', '/': '1122448',
  0: 'ehjlphe', 1: '4c4444e', 2: 'eh1248v', 3: 'v2421he', 4: '26aiv22', 5: 'vgu11he', 6: '68guhhe', 7: 'v124888', 8: 'ehhehhe', 9: 'ehhf12c',
  ':': '0660066', ';': '066006624', '<': '248g842', '=': '00v0v', '>': '8421248', '?': 'eh12404', '@': 'ehnlngf',
  A: 'ehhvhhh', B: 'uhhuhhu', C: 'ehggghe', D: 'uhhhhhu', E: 'vgguggv', F: 'vgguggg', G: 'ehgnhhf', H: 'hhhvhhh', I: 'e44444e',
  J: '72222ic', K: 'hikokih', L: 'ggggggv', M: 'hrllhhh', N: 'hhpljhh', O: 'ehhhhhe', P: 'uhhuggg', Q: 'ehhhlid', R: 'uhhukih',
  S: 'fgge11u', T: 'v444444', U: 'hhhhhhe', V: 'hhhhha4', W: 'hhhllla', X: 'hha4ahh', Y: 'hhha444', Z: 'v1248gv',
  '[': 'e88888e', '\\': '8844221', ']': 'e22222e', '^': '4ah', _: '0000000v', '`': '84',
  a: '00e1fhf', b: 'ggmphhu', c: '00egghe', d: '11djhhf', e: '00ehvge', f: '698s888', g: '00fhhhf1e', h: 'ggmphhh', i: '40c444e',
  j: '2062222ic', k: 'ggikoki', l: 'c44444e', m: '00qllll', n: '00mphhh', o: '00ehhhe', p: '00uhhhugg', q: '00fhhhf11', r: '00mpggg',
  s: '00fge1u', t: '88s8896', u: '00hhhjd', v: '00hhha4', w: '00hhlla', x: '00ha4ah', y: '00hhhhf1e', z: '00v248v',
  '{': '2448442', '|': '4444444', '}': '8442448', '~': '008l2',
};
const glyphs = new Map(Object.entries(drawings).map(([character, digits]) => [character, toRows(digits)]));

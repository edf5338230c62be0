import { describe, expect, it } from 'vitest';

import { parseCommand } from '../../src/config/command-line.ts';

/** The names of the placeholders, and of the misplaced braces with where they stand. */
function read(line: string): { filled: string[]; misplaced: string[] } {
  const { pieces, misplaced } = parseCommand(line);
  return {
    filled: pieces.flatMap((piece) =>
      piece.kind === 'placeholder' ? [line.slice(piece.start, piece.end)] : [],
    ),
    misplaced: misplaced.map(({ text, place }) => `${text} in ${place}`),
  };
}

describe('a placeholder', () => {
  it.each([
    ['train --k {{ with.k }} --out={{output}}/model', ['{{ with.k }}', '{{output}}']],
    ['a "quoted \\" text" {{ with.k }}', ['{{ with.k }}']],
    ["a 'single $( \" text' {{ with.k }}", ['{{ with.k }}']],
    ['a "$(cat {{ inputs.photos }})" b', ['{{ inputs.photos }}']],
    ['a `cat {{ inputs.photos }}` b', ['{{ inputs.photos }}']],
    ['a \\" {{ with.k }}', ['{{ with.k }}']],
    ["# it's a comment\nb {{ with.k }}", ['{{ with.k }}']],
    ["a#it's {{ with.k }}'", []],
    ["cat <<END\nit's\nEND\nb {{ with.k }}", ['{{ with.k }}']],
    ["cat <<-'END' | tr a b\n\t\"\n\tEND\nb {{ with.k }}", ['{{ with.k }}']],
    ['echo $((1 << 2)) {{ cpus }}', ['{{ cpus }}']],
    ['cat <<< "$x" {{ cpus }}\n{{ cpus }}', ['{{ cpus }}', '{{ cpus }}']],
  ])('is found where a word stands: %s', (line, filled) => {
    expect(read(line).filled).toEqual(filled);
  });

  it.each([
    ['a "{{ with.k }}"', 'with.k in double quotes'],
    ["a '{{ with.k }}'", 'with.k in single quotes'],
    ['echo $(( {{ with.k }} + 1 ))', 'with.k in arithmetic'],
    ['cat <<END\nk: {{ with.k }}\nEND\n', 'with.k in a here-document'],
    ['a {{ wth.k }}', 'wth.k in word'],
  ])('is refused elsewhere: %s', (line, misplaced) => {
    expect(read(line)).toEqual({ filled: [], misplaced: [misplaced] });
  });

  it.each(["docker ps --format '{{.Names}}'", 'a # {{ anything }}', 'b "{{ user }}"'])(
    'is not seen in the templates of other programs: %s',
    (line) => {
      expect(read(line)).toEqual({ filled: [], misplaced: [] });
    },
  );
});

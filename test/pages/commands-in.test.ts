import { expect, it } from 'vitest';

import { commandsIn } from './commands-in.ts';

const page = `
Type \`npx pipe run a -S b=1\`, in a table \`pipe show a --format csv\\|json\`, on two
lines \`pipe graph
a\`; \`npx\`, \`node:fs\`, \`a pipe is\` and \`npm\` are none.

\`\`\`sh
npm ci && npm test   # all of it

# nothing else
pipe run 'a[b=1]'
\`\`\`

\`\`\`console
$ pipe run a     # again
1 ran

$ pipe status
...
\`\`\`

\`\`\`yaml
script:
  - npx pipe run a
  - git fetch
run: npx pipe not this
\`\`\`
`;

it('finds what a page tells to type, with what it shows below', () => {
  expect(commandsIn('a.md', page).map(({ text, shown }) => [text, ...shown])).toEqual([
    ['npx pipe run a -S b=1'],
    ['pipe show a --format csv|json'],
    ['pipe graph a'],
    ['npm ci && npm test'],
    ["pipe run 'a[b=1]'"],
    ['pipe run a', '1 ran'],
    ['pipe status', '...'],
    ['npx pipe run a'],
  ]);
});

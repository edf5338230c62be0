import { expect, it } from 'vitest';

import { groupsReporter } from '../../../src/report/terminal/groups.ts';
import { nodeEvent, nodeFailed, nodeFinished, nodeStarted, started } from './events.ts';

it('folds the log of each node into one group when it has ended, and marks failures', () => {
  let text = '';
  const reporter = groupsReporter((more) => (text += more));
  const log = (node: string, line: string): void =>
    reporter.onEvent(nodeEvent('node-log', node, 1, { stream: 'stdout', line }));
  for (const event of [started(3), nodeStarted('a', 0), nodeStarted('b', 0), nodeStarted('c', 0)])
    reporter.onEvent(event);
  log('a', 'one');
  log('b', '::error::not ours');
  log('a', 'two');
  for (const event of [nodeFinished('a', 4), nodeFinished('c', 4), nodeFailed('b', 2)])
    reporter.onEvent(event);
  reporter.close();
  expect(text.split('\n').slice(4)).toEqual([
    '::group::done    a  4.2s, auc.mean 0.8731',
    'one',
    'two',
    '::endgroup::',
    'done    c  4.2s, auc.mean 0.8731',
    '::group::FAILED  b  1.5s  ../photos: FOLDER_EMPTY no photos (name another folder)',
    ': :error::not ours',
    '::endgroup::',
    '::error title=b::../photos: FOLDER_EMPTY no photos (name another folder)',
    '',
  ]);
});

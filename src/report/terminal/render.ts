/** The live part of the screen as lines: a pure function of the state, the time and the width. */
import type { ChalkInstance } from 'chalk';

import { terminalLine } from '../text/terminal.ts';
import type { RunningNode, RunState } from './state.ts';
import { duration } from './words.ts';

export interface Screen {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly chalk: ChalkInstance;
}

const longestBar = 30;

export function renderState(state: RunState, screen: Screen): readonly string[] {
  const { width, height, now, chalk } = screen;
  if (state.total === 0) return [];
  const room = Math.max(1, height - 3);
  const shown = state.running.slice(0, room);
  const hidden = state.running.length - shown.length;
  const nameWidth = Math.min(
    Math.max(0, ...shown.map(({ name }) => terminalLine(name).length)),
    Math.floor(width * 0.4),
  );
  const totals = [
    `${state.ended} of ${state.total}`,
    ...(hidden > 0 ? [`${hidden} more running`] : []),
    ...(state.unchanged > 0 ? [`${state.unchanged} unchanged`] : []),
    ...(state.failed > 0 ? [`${state.failed} failed`] : []),
    elapsed(state.startedAt, now),
  ];
  return [
    ...shown.map((node) => renderNode(node, nameWidth, screen)),
    chalk.dim(cut(totals.join(' · '), width)),
  ];
}

/** Name, bar, share, count, note, time; what does not fit is left away from the right, the bar first. */
function renderNode(node: RunningNode, nameWidth: number, { width, now, chalk }: Screen): string {
  const name = cutMiddle(terminalLine(node.name), nameWidth).padEnd(nameWidth);
  const time = elapsed(node.startedAt, now);
  const { progress } = node;
  if (node.waiting) return `${chalk.bold(name)} ${cut('waits for another run', width - nameWidth - 1)}`;
  if (progress === undefined || progress.total <= 0)
    return `${chalk.bold(name)} ${cut(time, width - nameWidth - 1)}`;
  const share = Math.min(1, Math.max(0, progress.done / progress.total));
  const facts = [
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    terminalLine(`${progress.done}/${progress.total} ${progress.unit}`),
    ...(progress.note === undefined ? [] : [terminalLine(progress.note)]),
    [time, ...leftOf(share, now - node.startedAt)].join(', '),
  ].join('  ');
  const room = width - nameWidth - 1;
  const barWidth = Math.min(longestBar, room - facts.length - 2);
  if (barWidth < 5) return `${chalk.bold(name)} ${cut(facts, room)}`;
  const full = Math.round(share * barWidth);
  const bar = chalk.green('█'.repeat(full)) + chalk.dim('░'.repeat(barWidth - full));
  return `${chalk.bold(name)} ${bar}  ${facts}`;
}

const leastShare = 0.05;
const leastMilliseconds = 5000;

/** What is left if it goes on as it went, once enough has gone to tell. */
function leftOf(share: number, gone: number): readonly string[] {
  if (share < leastShare || share >= 1 || gone < leastMilliseconds) return [];
  return [`${elapsed(0, (gone * (1 - share)) / share)} left`];
}

/** In whole seconds: a clock that does not flicker. */
function elapsed(from: number, now: number): string {
  const seconds = Math.floor(Math.max(0, now - from) / 1000);
  return seconds === 0 ? '0s' : duration(seconds);
}

function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width < 1 ? '' : whole(`${text.slice(0, width - 1)}…`);
}

function cutMiddle(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(0, width - 1);
  const head = Math.ceil(kept / 2);
  return whole(`${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`);
}

/** Without the half of a character that was cut in two. */
const whole = (text: string): string => text.replaceAll(/\p{Cs}/gu, '');

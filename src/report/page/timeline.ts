/** The time line of a run as SVG: a bar a node, from its start to its end. */
import { counted } from '../../counted.ts';
import { durationOf } from './duration.ts';
import { html, type Html } from '../text/html.ts';
import type { Report } from './report.ts';

const size = { width: 900, row: 22, foot: 26, letter: 7 }; // px

/** Undefined where nothing worked in the run. */
export function timeline({ nodes, run }: Pick<Report, 'nodes' | 'run'>): Html | undefined {
  const bars = nodes
    .flatMap(({ name, state, span }) => (span === undefined ? [] : [{ name, state, span }]))
    .toSorted((a, b) => a.span.start - b.span.start);
  if (run === undefined || bars.length === 0) return undefined;
  const end = Math.max(run.seconds, ...bars.map(({ span }) => span.end), 0.001);
  const names = 16 + size.letter * Math.max(...bars.map(({ name }) => shortened(name).length));
  const room = size.width - names - 70;
  const x = (seconds: number): number => Math.round(names + (seconds / end) * room);
  const height = bars.length * size.row + size.foot;
  const ticks = ticksOf(end);
  return html`<svg
    viewBox="0 0 ${size.width} ${height}"
    width="${size.width}"
    height="${height}"
    class="wide"
    role="img"
    aria-label="Time line of ${counted(bars.length, 'node')} over ${durationOf(end)}; the table of nodes has the numbers."
  >
    ${ticks.map(
      (tick) =>
        html`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${height - size.foot}"></line>
          <text class="tick" x="${x(tick)}" y="${height - 8}">${durationOf(tick)}</text>`,
    )}
    ${bars.map(({ name, state, span }, row) => {
      const y = row * size.row;
      const wide = Math.max(2, x(span.end) - x(span.start));
      return html`<g class="node ${state}">
        <text class="label" x="${names - 8}" y="${y + 15}">${shortened(name)}</text>
        <rect
          class="bar"
          x="${x(span.start)}"
          y="${y + 4}"
          width="${wide}"
          height="${size.row - 8}"
          rx="3"
        ></rect>
        <text x="${x(span.start) + wide + 5}" y="${y + 15}">${durationOf(span.end - span.start)}</text>
      </g>`;
    })}
  </svg>`;
}

/** Begin and end: what tells points of a sweep apart stands last. */
const shortened = (name: string): string =>
  name.length > 48 ? `${name.slice(0, 18)}…${name.slice(-29)}` : name;

/** About six round numbers. */
function ticksOf(end: number): number[] {
  const steps = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800,
    3600, 7200, 14400, 43200, 86400,
  ];
  const step = steps.find((each) => end / each <= 7) ?? Math.ceil(end / 7 / 86400) * 86400;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
}

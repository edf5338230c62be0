/** The graph of the stages as SVG: a box a stage with its nodes, their states and times; inputs to the left. */
import { counted } from '../../counted.ts';
import { durationOf } from './duration.ts';
import { html, type Html } from '../text/html.ts';
import type { NodeState, Report, ReportNode } from './report.ts';

const box = { width: 124, height: 58, across: 24, down: 20 }; // px

/** What a page has room for; what is wider is drawn smaller, as far as it can be read. */
const widest = 1000; // px

/** States in the order in which a box of several nodes shows the gravest. */
const gravest: readonly NodeState[] = ['failed', 'skipped', 'missing', 'ran', 'stored'];

export const stateWords: Readonly<Record<NodeState, string>> = {
  ran: 'ran',
  stored: 'from the store',
  failed: 'failed',
  skipped: 'skipped',
  missing: 'not run',
};

interface StageBox {
  readonly stage: string;
  readonly nodes: readonly ReportNode[];
  readonly x: number;
  readonly y: number;
}

export function graphDrawing({ nodes, edges }: Pick<Report, 'nodes' | 'edges'>): Html {
  const { boxes, columns, rows } = placed(nodes, edges);
  const width = columns * (box.width + box.across) - box.across + 2;
  const height = rows * (box.height + box.down) - box.down + 2;
  const at = new Map(boxes.map((each) => [each.stage, each]));
  const lines = withoutShortcuts(edges).flatMap(([from, to]) => {
    const [start, end] = [at.get(from), at.get(to)];
    return start === undefined || end === undefined ? [] : [curve(start, end)];
  });
  return html`<svg
    viewBox="-1 -1 ${width} ${height}"
    width="${width}"
    height="${height}"
    class="${width > widest ? 'wide' : 'small'}"
    role="img"
    aria-label="Graph of ${counted(boxes.length, 'stage')}; the table of nodes below says the same in words."
  >
    ${lines}${boxes.map(boxOf)}
  </svg>`;
}

/** An edge that a longer way through other stages stands for too is not drawn. */
function withoutShortcuts(edges: Report['edges']): Report['edges'] {
  const after = neighbours(edges, ([from, to]) => [from, to]);
  const before = neighbours(edges, ([from, to]) => [to, from]);
  const isReached = (to: string, from: string): boolean => {
    const seen = new Set([from]);
    const waiting = (after.get(from) ?? []).filter((next) => next !== to && next !== from);
    for (let stage = waiting.pop(); stage !== undefined; stage = waiting.pop())
      for (const next of after.get(stage) ?? []) {
        if (seen.has(next)) continue;
        if (next === to) return true;
        seen.add(next);
        waiting.push(next);
      }
    return false;
  };
  return edges.filter(([from, to]) => isAlone(after, from) || isAlone(before, to) || !isReached(to, from));
}

const isAlone = (map: ReadonlyMap<string, readonly string[]>, stage: string): boolean =>
  map.get(stage)?.length === 1;

/** Of each stage those at the other end of its edges. */
function neighbours(
  edges: Report['edges'],
  ends: (edge: Report['edges'][number]) => readonly [stage: string, other: string],
): ReadonlyMap<string, readonly string[]> {
  const others = new Map<string, string[]>();
  for (const [stage, other] of edges.map(ends)) {
    const known = others.get(stage);
    if (known === undefined) others.set(stage, [other]);
    else known.push(other);
  }
  return others;
}

function boxOf({ stage, nodes, x, y }: StageBox): Html {
  const state = gravest.find((each) => nodes.some((node) => node.state === each)) ?? 'missing';
  const seconds = nodes.reduce((sum, node) => sum + (node.seconds ?? 0), 0);
  const count = nodes.filter((node) => node.state === state).length;
  const share = nodes.length === count ? '' : `${count} of `;
  return html`<g transform="translate(${x},${y})" class="node ${state}">
    <rect width="${box.width}" height="${box.height}" rx="8"></rect>
    <rect class="stripe" width="6" height="${box.height}" rx="3"></rect>
    <text x="16" y="22" class="name">${stage}</text>
    <text x="16" y="38"
      >${share}${counted(nodes.length, 'node')} ${state === 'stored' ? 'stored' : stateWords[state]}</text
    >
    <text x="16" y="52">${seconds === 0 ? '' : durationOf(seconds)}</text>
  </g>`;
}

function curve(from: StageBox, to: StageBox): Html {
  const [x1, y1] = [from.x + box.width, from.y + box.height / 2];
  const [x2, y2] = [to.x, to.y + box.height / 2];
  const bend = Math.max(20, (x2 - x1) / 2);
  return html`<path class="edge" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"></path>`;
}

interface Placement {
  readonly boxes: readonly StageBox[];
  readonly columns: number;
  readonly rows: number;
}

/** A column is one farther right than the farthest of its inputs; within a column near the mean of its inputs. */
function placed(nodes: readonly ReportNode[], edges: Report['edges']): Placement {
  const byStage = Map.groupBy(nodes, ({ stage }) => stage);
  const before = neighbours(edges, ([from, to]) => [to, from]);
  const columns = [...Map.groupBy(...columnsOf([...byStage.keys()], before))]
    .toSorted(([a], [b]) => a - b)
    .map(([, stages]) => stages);
  const rows = columns.reduce((most, { length }) => Math.max(most, length), 0);
  const row = new Map<string, number>();
  const boxes = columns.flatMap((stages, at) => {
    const first = (rows - stages.length) / 2;
    const inside = stages
      .map((stage) => {
        const inputs = (before.get(stage) ?? []).map((from) => row.get(from) ?? 0);
        return { stage, wish: inputs.reduce((sum, each) => sum + each, 0) / (inputs.length || 1) };
      })
      .toSorted((a, b) => a.wish - b.wish);
    return inside.map(({ stage }, place) => {
      row.set(stage, first + place);
      return {
        stage,
        nodes: byStage.get(stage) ?? [],
        x: at * (box.width + box.across),
        y: (first + place) * (box.height + box.down),
      };
    });
  });
  return { boxes, columns: columns.length, rows };
}

function columnsOf(
  stages: readonly string[],
  before: ReadonlyMap<string, readonly string[]>,
): [stages: readonly string[], columnOf: (stage: string) => number] {
  const column = new Map<string, number>();
  let hasMoved = true;
  // As often as there are stages is enough; stages whose nodes take from each other would go on for ever.
  for (let round = 0; hasMoved && round < stages.length; round++) {
    hasMoved = false;
    for (const stage of stages) {
      const inputs = (before.get(stage) ?? []).filter((from) => from !== stage);
      const farthest = inputs.reduce((most, from) => Math.max(most, column.get(from) ?? 0), -1);
      const found = Math.min(stages.length, farthest + 1);
      hasMoved ||= found !== (column.get(stage) ?? 0);
      column.set(stage, found);
    }
  }
  return [stages, (stage) => column.get(stage) ?? 0];
}

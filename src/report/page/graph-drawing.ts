/** The graph of the stages as SVG: a box a stage with its nodes, their states and times; inputs to the left. */
import { durationOf } from './duration.ts';
import { html, type Html } from '../text/html.ts';
import type { NodeState, Report, ReportNode } from './report.ts';

const box = { width: 124, height: 58, across: 24, down: 20 }; // px

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
  const boxes = placed(nodes, edges);
  const width = Math.max(...boxes.map(({ x }) => x)) + box.width + 2;
  const height = Math.max(...boxes.map(({ y }) => y)) + box.height + 2;
  const at = new Map(boxes.map((each) => [each.stage, each]));
  const lines = withoutShortcuts(edges).flatMap(([from, to]) => {
    const [start, end] = [at.get(from), at.get(to)];
    return start === undefined || end === undefined ? [] : [curve(start, end)];
  });
  return html`<svg
    viewBox="-1 -1 ${width} ${height}"
    width="${width}"
    height="${height}"
    role="img"
    aria-label="Graph of ${boxes.length} stages; the table of nodes below says the same in words."
  >
    ${lines}${boxes.map(boxOf)}
  </svg>`;
}

/** An edge that a longer way through other stages stands for too is not drawn. */
function withoutShortcuts(edges: Report['edges']): Report['edges'] {
  const reaches = (from: string, to: string, seen: Set<string>): boolean =>
    edges.some(([start, end]) => {
      if (start !== from || seen.has(end)) return false;
      seen.add(end);
      return end === to || reaches(end, to, seen);
    });
  return edges.filter(
    ([from, to]) =>
      !edges.some(
        ([start, next]) =>
          start === from && next !== to && next !== from && reaches(next, to, new Set([from])),
      ),
  );
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
      >${share}${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}
      ${state === 'stored' ? 'stored' : stateWords[state]}</text
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

/** A column is one farther right than the farthest of its inputs; within a column near the mean of its inputs. */
function placed(nodes: readonly ReportNode[], edges: Report['edges']): StageBox[] {
  const stages = [...new Set(nodes.map(({ stage }) => stage))];
  const column = new Map<string, number>();
  // As often as there are stages is enough; a stage whose nodes take from each other would go on for ever.
  for (const _ of stages)
    for (const stage of stages) {
      const before = edges
        .filter(([from, to]) => to === stage && from !== stage)
        .map(([from]) => column.get(from) ?? 0);
      column.set(stage, before.length === 0 ? 0 : Math.min(stages.length, Math.max(...before) + 1));
    }
  const columns = Math.max(...column.values()) + 1;
  const tallest = Math.max(
    ...Array.from({ length: columns }, (_, at) => stages.filter((stage) => column.get(stage) === at).length),
  );
  const row = new Map<string, number>();
  const boxes: StageBox[] = [];
  for (let at = 0; at < columns; at++) {
    const inside = stages
      .filter((stage) => column.get(stage) === at)
      .map((stage) => {
        const before = edges.filter(([, to]) => to === stage).map(([from]) => row.get(from) ?? 0);
        return { stage, wish: before.reduce((sum, each) => sum + each, 0) / (before.length || 1) };
      })
      .toSorted((a, b) => a.wish - b.wish);
    const first = (tallest - inside.length) / 2;
    inside.forEach(({ stage }, place) => {
      row.set(stage, first + place);
      boxes.push({
        stage,
        nodes: nodes.filter((node) => node.stage === stage),
        x: at * (box.width + box.across),
        y: (first + place) * (box.height + box.down),
      });
    });
  }
  return boxes;
}

/** The report as one HTML file: no address but its own, styles and script inside, named by their digests to the browser. */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';

import { counted } from '../../counted.ts';
import { shellWord } from '../../shell-word.ts';
import type { Metric } from '../../stage.ts';
import { dash, significantText } from '../tables/number-text.ts';
import { anchor } from './anchor.ts';
import { artifactsSection } from './artifacts.ts';
import { durationOf, secondsText } from './duration.ts';
import { comparisonsSection } from './experiments.ts';
import { graphDrawing, stateWords } from './graph-drawing.ts';
import { html, Html } from '../text/html.ts';
import type { Report, ReportNode, ReportTarget } from './report.ts';
import { sortable } from './table.ts';
import { timeline } from './timeline.ts';

export function reportPage(report: Report): string {
  const sections = sectionsOf(report).filter(({ body }) => body !== undefined);
  const title = `${report.project}: ${report.targets.map(({ node }) => node).join(', ')}`;
  return `<!doctype html>\n${
    html`<html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src ${sourceOf(style)}; script-src ${sourceOf(script)}"
        />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the results</a>
        <header>
          <h1>${report.project}</h1>
          <p class="options">${report.options === '' ? 'pipeline.yaml as it is' : report.options}</p>
          ${report.marks.map((mark) => html`<p class="mark" role="note"><strong>${mark}</strong>: everything here was made from ${mark} data.</p>`)}
          ${runLine(report)}
          <nav aria-label="Contents">
            <ul>
              ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main" tabindex="-1">
          ${sections.map(
            ({ id, title, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${title}</h2>
                ${body}
              </section> `,
          )}
        </main>
        ${new Html(`<script>${script}</script>`)}
      </body>
    </html>`.text
  }\n`;
}

const asset = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const style = asset('./style.css');
const script = asset('./script.js');
/** What a content security policy calls a script or style inside the page. */
const sourceOf = (text: string): string => `'sha256-${hash('sha256', text, 'base64')}'`;

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Html | undefined;
}

function sectionsOf(report: Report): Section[] {
  return [
    { id: 'failures', title: 'Failures', body: failures(report) },
    ...report.targets.map((target, at) => ({
      id: `result-${at + 1}`,
      title: target.node,
      body: targetBody(target),
    })),
    { id: 'experiments', title: 'Experiments', body: comparisonsSection(report.comparisons) },
    { id: 'graph', title: 'Graph', body: scrolled('graph of the stages', graphDrawing(report)) },
    { id: 'time', title: 'Time line', body: timeBody(report) },
    { id: 'nodes', title: 'Nodes', body: nodesTable(report.nodes) },
    { id: 'parameters', title: 'Parameters', body: parametersTable(report) },
    { id: 'artifacts', title: 'Where the numbers come from', body: artifactsSection(report.nodes) },
  ];
}

function runLine({ run, nodes }: Report): Html {
  if (run === undefined) return html`<p>No run of these stages is on record.</p>`;
  const failed = nodes.filter(({ state }) => state === 'failed').length;
  const words = { ok: 'ended well', failed: 'failed', interrupted: 'was interrupted' };
  const ended = run.status === undefined ? 'has not ended' : words[run.status];
  return html`<p>
    The last run ${ended}${failed > 0 && ` (${counted(failed, 'node')} failed)`} after
    ${durationOf(run.seconds)}; it began
    <time datetime="${run.started.slice(0, 19).replace(' ', 'T')}Z">${run.started}</time>.
  </p>`;
}

function targetBody({ manifest, page, node, state }: ReportTarget): Html {
  if (manifest === undefined)
    return html`<p>${noResult[state]}: <code>pipe run ${shellWord(node)}</code></p>`;
  return html`${page !== undefined && html`<div class="page">${new Html(page)}</div>`}
    ${manifest.metrics.length > 0 && metricsTable(node, manifest.metrics, manifest.key)}
    <p class="source">
      From the artifact
      <a href="#${anchor(manifest.key)}"><code>${manifest.stage}/${manifest.key.slice(0, 16)}</code></a>
    </p>`;
}

const noResult: Readonly<Record<ReportNode['state'], string>> = {
  failed: 'It failed when it ran last (see Failures). To run it again',
  skipped: 'Not run, as something before it failed. To run it',
  missing: 'Not run yet',
  ran: 'No result',
  stored: 'No result',
};

function metricsTable(node: string, metrics: readonly Metric[], key: string): Html {
  return html`<details>
    <summary>${metrics.length === 1 ? 'The one metric' : `All ${metrics.length} metrics`}</summary>
    ${sortable(
      `Metrics of ${node}`,
      [
        { name: 'metric' },
        { name: 'value', number: true },
        { name: 'unit' },
        { name: 'better' },
        { name: 'count', number: true },
        { name: 'artifact' },
      ],
      metrics.map(({ name, value, unit, direction, count }) => [
        name,
        value === null ? dash : significantText(value),
        unit,
        direction === 'none' ? '' : direction,
        count === undefined ? '' : String(count),
        html`<a href="#${anchor(key)}"><code>${key.slice(0, 16)}</code></a>`,
      ]),
    )}
  </details>`;
}

function failures({ failures }: Report): Html | undefined {
  if (failures.length === 0) return undefined;
  return html`${failures.map(
    ({ node, failure, log }) =>
      html`<article class="failure">
        <h3>${node}</h3>
        <p><code>${failure.code}</code> ${failure.message}</p>
        ${failure.place !== undefined && html`<p>Where: <code>${failure.place}</code></p>`}${failure.remedy !== undefined && html`<p>What to do: ${failure.remedy}</p>`}
        ${log !== '' && html`<pre tabindex="0" role="region" aria-label="end of the log of ${node}">${log}</pre>`}
      </article>`,
  )}`;
}

function timeBody(report: Report): Html | undefined {
  const drawing = timeline(report);
  return drawing === undefined ? undefined : scrolled('time line of the run', drawing);
}

const scrolled = (label: string, body: Html): Html =>
  html`<div class="scroll drawing" tabindex="0" role="region" aria-label="${label}">${body}</div>`;

function nodesTable(nodes: readonly ReportNode[]): Html {
  return sortable(
    counted(nodes.length, 'node'),
    [
      { name: 'node' },
      { name: 'state' },
      { name: 's', number: true },
      { name: 'cores', number: true },
      { name: 'artifact' },
    ],
    nodes.map(({ name, state, seconds, span, manifest }) => [
      name,
      html`<span class="state ${state}">${stateWords[state]}</span>`,
      seconds === undefined ? '' : secondsText(seconds),
      span === undefined ? '' : String(span.cpus),
      manifest === undefined
        ? ''
        : html`<a href="#${anchor(manifest.key)}"><code>${manifest.key.slice(0, 16)}</code></a>`,
    ]),
  );
}

function parametersTable({ parameters, hasDefaults }: Report): Html {
  const changed = parameters.filter(({ defaults }) => defaults !== undefined).length;
  const compared =
    changed === 0
      ? 'All as pipeline.yaml has them.'
      : `${changed} of ${parameters.length} are not those of pipeline.yaml; they are marked.`;
  return html`<p>
      ${hasDefaults ? compared : 'Which are not those of pipeline.yaml is not known: by itself it has no such graph.'}
    </p>
    ${sortable(
      counted(parameters.length, 'parameter'),
      [{ name: 'stage' }, { name: 'parameter' }, { name: 'value' }, { name: 'in pipeline.yaml' }],
      parameters.map(({ stage, path, values, defaults }) => [
        stage,
        path,
        defaults === undefined ? values.join(' · ') : html`<strong>${values.join(' · ')}</strong>`,
        defaults === undefined ? '' : defaults.length === 0 ? 'absent' : defaults.join(' · '),
      ]),
    )}`;
}

/** Every artifact behind the results: what made it, from what, and what it holds. */
import { html, type Html } from '../text/html.ts';
import { wholeSeconds } from './journal.ts';
import { anchor } from './anchor.ts';
import { leafTexts } from './parameters.ts';
import type { ReportNode } from './report.ts';
import type { Manifest } from '../../store/manifest.ts';

const mostFiles = 30;

export function artifactsSection(nodes: readonly ReportNode[]): Html | undefined {
  const manifests = new Map(
    nodes.flatMap(({ manifest }) => (manifest === undefined ? [] : [[manifest.key, manifest] as const])),
  );
  if (manifests.size === 0) return undefined;
  const known = new Set<string>(manifests.keys());
  return html`<p>
      Each artifact is named by the digest of all that could have changed it. <code>pipe verify</code> reads
      every byte again.
    </p>
    ${[...manifests.values()].map((manifest) => artifact(manifest, known))}`;
}

function artifact(
  { stage, name, key, digest, parts, files, times, marks }: Manifest,
  known: ReadonlySet<string>,
): Html {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const params = leafTexts(parts.params).filter(([path]) => path !== '');
  return html`<details id="${anchor(key)}" class="artifact">
    <summary>${name} <code>${key.slice(0, 16)}</code></summary>
    <dl>
      <dt>key</dt>
      <dd><code>${key}</code></dd>
      <dt>digest of its files</dt>
      <dd><code>${digest}</code></dd>
      <dt>made</dt>
      <dd>
        ${wholeSeconds(times.finished)}, in ${times.seconds.toFixed(1)}
        s${marks.length > 0 && `; marked ${marks.join(', ')}`}
      </dd>
      <dt>code</dt>
      <dd>
        ${
          parts.code.kind === 'module'
            ? html`<code>${parts.code.bundle}</code> with
                ${[`Node ${parts.code.node}`, ...parts.code.packages].join(', ')}`
            : html`<code>${parts.code.command}</code>`
        }
      </dd>
      ${
        params.length > 0 &&
        html`<dt>parameters</dt>
          <dd>${params.map(([path, value]) => html`<code>${path} = ${value}</code> `)}</dd>`
      }
      ${
        parts.inputs.length > 0 &&
        html`<dt>inputs</dt>
          <dd>
            <ul>
              ${parts.inputs.flatMap(({ name: input, sources }) => sources.map((source) => html`<li>${input}: ${origin(source, known)} <code>${source.digest.slice(0, 16)}</code></li>`))}
            </ul>
          </dd>`
      }
      <dt>files</dt>
      <dd>
        ${files.length}, ${bytes} bytes
        <ul>
          ${files.slice(0, mostFiles).map(({ path, size, digest }) => html`<li><code>${path}</code> ${size} bytes <code>${digest.slice(0, 16)}</code></li>`)}${files.length > mostFiles && html`<li>and ${files.length - mostFiles} more in <code>artifacts/${stage}/${key.slice(0, 16)}/manifest.json</code></li>`}
        </ul>
      </dd>
    </dl>
  </details>`;
}

function origin(
  source: Manifest['parts']['inputs'][number]['sources'][number],
  known: ReadonlySet<string>,
): Html {
  const overrides = Object.entries(source.overrides).map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  );
  const words = `${source.origin}${overrides.length > 0 ? ` with ${overrides.join(', ')}` : ''}`;
  return source.artifact !== undefined && known.has(source.artifact)
    ? html`<a href="#${anchor(source.artifact)}">${words}</a>`
    : html`${words}`;
}

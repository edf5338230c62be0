/** Tables that can be ordered by a click or a key; without a script they stand as they are. */
import { html, type Html } from '../text/html.ts';

export interface Column {
  readonly name: string;
  readonly number?: boolean;
}

export function sortable(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly (string | Html)[])[],
): Html {
  const side = (at: number): string => (columns[at]?.number === true ? 'number' : 'word');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table class="sortable">
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ name }, at) => html`<th scope="col" class="${side(at)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, at) => (at === 0 ? html`<th scope="row" class="${side(at)}">${cell}</th>` : html`<td class="${side(at)}">${cell}</td>`))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

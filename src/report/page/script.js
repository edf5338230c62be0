// Orders tables by a column, opens what a link leads to, and opens all before printing.
for (const table of document.querySelectorAll('table.sortable')) {
  const [head] = table.tHead.rows;
  [...head.cells].forEach((cell, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...cell.childNodes);
    cell.append(button);
    button.addEventListener('click', () => {
      const descending = cell.getAttribute('aria-sort') === 'ascending';
      for (const other of head.cells) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', descending ? 'descending' : 'ascending');
      const sign = descending ? -1 : 1;
      const body = table.tBodies[0];
      const rows = [...body.rows].map((row) => {
        const text = row.cells[column].textContent.trim();
        return { row, text, number: Number(text) };
      });
      const numbers = rows.every(({ text, number }) => text === '' || !Number.isNaN(number));
      rows.sort((a, b) => {
        if (a.text === '' || b.text === '') return (a.text === '') - (b.text === '');
        if (numbers) return sign * (a.number - b.number);
        return sign * (a.text < b.text ? -1 : Number(a.text > b.text));
      });
      body.append(...rows.map(({ row }) => row));
    });
  });
}

const openTarget = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.scrollIntoView();
  }
};
addEventListener('hashchange', openTarget);
openTarget();

let opened = [];
addEventListener('beforeprint', () => {
  opened = [...document.querySelectorAll('main details:not(.artifact):not([open])')];
  for (const details of opened) details.open = true;
});
addEventListener('afterprint', () => {
  for (const details of opened) details.open = false;
});

/**
 * `npx pipe show ablations --format latex | npx node scripts/latex.ts [PDF]`: sets the tables on A4 by pdflatex, as a paper
 * would, and writes them to PDF (tables.pdf where it is not given). Exits with 1 and LaTeX's words when they do not
 * compile or do not fit the page. Needs pdflatex with booktabs (Debian: apt-get install texlive-latex-base
 * texlive-latex-recommended).
 */
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { execa } from 'execa';

/** Two centimetres of margin; what stands out further than a point is seen. */
const largestOverhang = 1; // pt

const tables = await text(process.stdin);
const folder = await mkdtemp(join(tmpdir(), 'pipe-latex-'));
try {
  await writeFile(
    join(folder, 'tables.tex'),
    `\\documentclass[10pt]{article}
\\usepackage[a4paper,margin=2cm]{geometry}
\\usepackage{booktabs}
\\begin{document}
${tables}
\\end{document}
`,
  );
  const { exitCode, stdout, shortMessage } = await execa(
    'pdflatex',
    ['-interaction=nonstopmode', '-halt-on-error', '-no-shell-escape', 'tables.tex'],
    { cwd: folder, reject: false, stdin: 'ignore' },
  );
  const faults = faultsIn(stdout);
  if (exitCode !== 0 || faults.length > 0) {
    console.error(faults.length > 0 ? faults.join('\n') : `pdflatex could not be run: ${shortMessage}`);
    process.exitCode = 1;
  }
  if (exitCode === 0) {
    await copyFile(join(folder, 'tables.pdf'), process.argv[2] ?? 'tables.pdf');
    console.error(/Output written on .*/.exec(stdout)?.[0] ?? 'compiled');
  }
} finally {
  await rm(folder, { recursive: true });
}

function faultsIn(log: string): readonly string[] {
  return log.split('\n').filter((line) => {
    const [, overhang] = /^Overfull \\hbox \(([\d.]+)pt too wide\)/.exec(line) ?? [];
    return line.startsWith('!') || Number(overhang ?? 0) > largestOverhang;
  });
}

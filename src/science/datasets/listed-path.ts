/** Which file a line of a list means: lists travel further than the folders they were made for. */

/**
 * For each listed path the file that it means, or undefined: the file of that very path, else of the longest end of it
 * that is one (lists name the folder again, or another machine's), else the only file of its name, extension and leading
 * zeros aside (`celeba_hq_256/00017.jpg` is `CelebA-HQ-img/17.png`), whatever the form of Unicode (macOS writes é in two characters).
 */
export function resolverOf(files: readonly string[]): (listed: string) => string | undefined {
  const known = new Set(files);
  const byName = new Map<string, string | undefined>();
  for (const file of files) {
    const name = plainName(file);
    byName.set(name, byName.has(name) ? undefined : file);
  }
  return (listed) => {
    const parts = listed.split('/');
    for (let from = 0; from < parts.length; from++) {
      const end = parts.slice(from).join('/');
      if (known.has(end)) return end;
    }
    return byName.get(plainName(listed));
  };
}

function plainName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  return name.replace(/^0+(?=\d+$)/, '').normalize('NFC');
}

/** The pictures in a folder, in an order that depends on their names alone. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError } from '../../failure.ts';
import { refuseOtherBytes } from '../../file-names.ts';

/**
 * Relative paths (POSIX separators, code-point order) of all pictures in `folder` and below, by extension. What unpacked archives and
 * systems leave behind (`__MACOSX`, `._*`, folders that begin with a dot) and links back to a folder above are passed over;
 * so are sockets, pipes and devices; a link that leads nowhere is listed, so that reading it says so.
 *
 * Fails with FOLDER_MISSING, FOLDER_UNREADABLE, FOLDER_EMPTY, NAME_NOT_UTF8.
 */
export async function listImages(folder: string): Promise<string[]> {
  return (await listBelow(folder)).filter((file) => imageName.test(file));
}

/** As `listImages`, with the files of camera settings that may lie beside pictures: `12.json` beside `12.png`. */
export async function listImagesAndSettings(
  folder: string,
): Promise<{ readonly images: readonly string[]; readonly settings: ReadonlySet<string> }> {
  const files = await listBelow(folder);
  const images = files.filter((file) => imageName.test(file));
  return { images, settings: new Set(files.filter((file) => !imageName.test(file))) };
}

async function listBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  await collect(folder, '', [], files);
  if (!files.some((file) => imageName.test(file)))
    throw new FailureError({
      code: 'FOLDER_EMPTY',
      message: `holds no picture; expected files named ${extensions.map((name) => `.${name}`).join(' ')}`,
      place: folder,
    });
  return files.toSorted();
}

/** Names of the folders directly in `folder`, in code-point order, less those that are no data. */
export async function listFolders(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await entriesOf(folder))
    if (!isLeftover(entry.name) && (await kindOf(join(folder, entry.name), entry)) === 'folder')
      names.push(entry.name);
  return names.toSorted();
}

/** Names of the files and links directly in `folder`, in no order, less those that are no data. */
export async function listFiles(folder: string): Promise<string[]> {
  const entries = await entriesOf(folder);
  return entries
    .filter((entry) => !isLeftover(entry.name) && (entry.isFile() || entry.isSymbolicLink()))
    .map(({ name }) => name);
}

const extensions = ['jpg', 'jpeg', 'png', 'tif', 'tiff', 'webp', 'heic', 'avif'];
const imageName = new RegExp(`\\.(${extensions.join('|')})$`, 'i');
const fileName = new RegExp(`${imageName.source}|\\.json$`, 'i');
const isLeftover = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

async function collect(
  folder: string,
  prefix: string,
  above: readonly string[],
  files: string[],
): Promise<void> {
  const real = await realpath(folder).catch(() => folder);
  if (above.includes(real)) return;
  for (const entry of await entriesOf(folder)) {
    if (isLeftover(entry.name)) continue;
    const path = join(folder, entry.name);
    const kind = await kindOf(path, entry);
    if (kind === 'folder') await collect(path, `${prefix}${entry.name}/`, [...above, real], files);
    else if (fileName.test(entry.name) && kind === 'file') files.push(prefix + entry.name);
  }
}

interface Entry {
  readonly name: string;
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

async function kindOf(path: string, entry: Entry): Promise<'file' | 'folder' | 'other'> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return 'other';
  const target = await stat(path).catch(() => undefined);
  if (target === undefined) return 'file';
  return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other';
}

async function entriesOf(folder: string): Promise<Entry[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    refuseOtherBytes(
      folder,
      entries.map(({ name }) => name),
    );
    return entries;
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new FailureError(
      code === 'ENOENT' || code === 'ENOTDIR'
        ? {
            code: 'FOLDER_MISSING',
            message:
              code === 'ENOENT'
                ? 'is not there; expected a folder of pictures'
                : 'is no folder; expected a folder of pictures',
            place: folder,
            remedy: 'put the pictures there, or name another folder under `data`',
          }
        : { code: 'FOLDER_UNREADABLE', message: `cannot be listed: ${code}`, place: folder },
    );
  }
}

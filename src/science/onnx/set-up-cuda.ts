/**
 * Gets onnxruntime's libraries for NVIDIA cards: runs the install step of onnxruntime-node, which `npm ci` leaves out
 * because it downloads a few hundred megabytes and fails the installation where it cannot.
 */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { FailureError } from '../../failure.ts';
import { thisMachine, type Machine } from './backend.ts';

/** As the package's own `install-metadata.js` has it. */
interface InstallMetadata {
  readonly requirements: Readonly<Record<string, readonly string[]>>;
  readonly manifests: Readonly<Record<string, Readonly<Record<string, { package: string; path: string }>>>>;
  readonly packages: Readonly<
    Record<string, { name: string; versions: readonly { feed: string; version: string }[] }>
  >;
  readonly feeds: Readonly<Record<string, { index: string }>>;
}

/** Gives the libraries' paths. Throws SETUP_UNSUPPORTED, SETUP_FAILED. */
export async function setUpCuda(
  signal: AbortSignal,
  { platform, arch, libraries }: Machine = thisMachine(),
): Promise<readonly string[]> {
  const require = createRequire(import.meta.url);
  const script = join(dirname(require.resolve('onnxruntime-node/package.json')), 'script');
  const metadata = require(join(script, 'install-metadata.js')) as InstallMetadata;
  const [kind] = metadata.requirements[`${platform}/${arch}`] ?? [];
  const manifest = metadata.manifests[`${platform}/${arch}:${kind}`];
  if (kind === undefined || manifest === undefined)
    throw new FailureError({
      code: 'SETUP_UNSUPPORTED',
      message: `onnxruntime-node has no libraries for NVIDIA cards on ${platform} ${arch}`,
      remedy: 'backend: webgpu uses a card there',
    });

  const files = Object.entries(manifest).map(([file, { path }]) => ({
    path,
    place: normalize(join(libraries, file)),
  }));
  const { all, exitCode } = await execa(process.execPath, [join(script, 'install.js')], {
    env: { ONNXRUNTIME_NODE_INSTALL: kind },
    all: true,
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  const missing = files.filter(({ place }) => !existsSync(place));
  if (exitCode === 0 && missing.length === 0) return files.map(({ place }) => place);

  const [{ package: name } = { package: '' }] = Object.values(manifest);
  const source = metadata.packages[name];
  const [version] = source?.versions ?? [];
  const address = metadata.feeds[version?.feed ?? '']?.index;
  throw new FailureError({
    code: 'SETUP_FAILED',
    message:
      `onnxruntime-node's install step could not get ${source?.name} ${version?.version} (${kind}) from ${address}: ` +
      (reasonIn(all ?? '') ?? `it ended without a word, with exit code ${exitCode}`),
    place: join(script, 'install.js'),
    remedy:
      'behind a proxy set GLOBAL_AGENT_HTTPS_PROXY=http://HOST:PORT and try again; without a network fetch that package ' +
      `(a .nupkg, which is a zip) elsewhere and put ${files.map(({ path }) => path).join(', ')} into ${libraries}`,
  });
}

/** The error's own line, not the place in the script that stands before it. */
function reasonIn(output: string): string | undefined {
  const lines = output.split('\n').map((line) => line.trim());
  return lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.find((line) => line !== '');
}

/** What the members of a manifest have to be. */
import {
  isCount,
  isDigest,
  isFlag,
  isForm,
  isListOf,
  isMapOf,
  isNumber,
  isOneOf,
  isText,
  isTime,
  isValue,
  orAbsent,
  orNull,
  type Check,
} from './form.ts';

const isFile = isForm({
  reference: isText,
  digest: orNull(isDigest),
  executable: orAbsent(isListOf(isText)),
});

const isModule = isForm({
  kind: isOneOf('module'),
  node: orAbsent(isText),
  stageApi: orAbsent(isNumber),
  bundle: isDigest,
  resolution: orAbsent(isDigest),
  files: isListOf(isFile),
  packages: isListOf(isText),
  sources: isMapOf(isDigest),
});

const direction = isOneOf('higher', 'lower', 'none');

const isCommand = isForm({
  kind: isOneOf('command'),
  command: isText,
  files: isListOf(isFile),
  metrics: orAbsent(isForm({ file: isText, directions: isMapOf(direction) })),
});

const isSource = isForm({
  origin: isText,
  overrides: isMapOf(isValue),
  artifact: orAbsent(isDigest),
  list: orAbsent(isText),
  digest: isDigest,
});

const isKeyParts = isForm({
  format: isNumber,
  code: (value) => isModule(value) || isCommand(value),
  params: isValue,
  inputs: isListOf(isForm({ name: isText, swept: isFlag, sources: isListOf(isSource) })),
  environment: isMapOf(orNull(isText)),
});

const isNamedFiles = isForm({ count: isCount, first: isListOf(isText) });

const isChange = isForm({
  part: isOneOf('format', 'code', 'package', 'params', 'input', 'environment'),
  name: isText,
  before: orAbsent(isValue),
  after: orAbsent(isValue),
  files: orAbsent(
    isForm({ total: isCount, changed: isNamedFiles, added: isNamedFiles, removed: isNamedFiles }),
  ),
});

const isAcceptance: Check = isForm({
  by: isText,
  at: isTime,
  why: isText,
  instead: isDigest,
  stage: orAbsent(isText),
  made: isKeyParts,
  changes: isListOf(isChange),
  earlier: orAbsent((value) => isAcceptance(value)),
});

/** Whether a value is a manifest by its form; where its paths lead and whether its digests are true is for others to say. */
export const hasManifestForm = isForm({
  stage: isText,
  name: isText,
  recipe: isDigest,
  key: isDigest,
  parts: isKeyParts,
  content: isDigest,
  digest: isDigest,
  files: isListOf(isForm({ path: isText, size: isCount, digest: isDigest, executable: orAbsent(isFlag) })),
  emptyFolders: isListOf(isText),
  marks: isListOf(isText),
  metrics: isListOf(
    isForm({ name: isText, value: orNull(isNumber), direction, unit: isText, count: orAbsent(isNumber) }),
  ),
  display: orNull(isText),
  times: isForm({ started: isTime, finished: isTime, seconds: isNumber }),
  accepted: orAbsent(isAcceptance),
  undeclared: orAbsent(isListOf(isForm({ path: isText, how: isOneOf('read', 'written') }))),
  imported: orAbsent(
    isListOf(
      isForm({
        specifier: isText,
        parent: isText,
        loading: isOneOf('import', 'require'),
        path: orNull(isText),
        digest: orNull(isDigest),
      }),
    ),
  ),
});

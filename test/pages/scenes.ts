import type { Need } from '../needs.ts';

/**
 * What the commands of the pages need to be run as they stand, or in a scene. A command that is not here is run as the page has it,
 * and has to end with 0; one that is here and on no page any more fails the test.
 */
export interface Scene {
  /** With what the page leaves open filled in, or with less to do; what the page has where it is left out. */
  readonly run?: string;
  /** Done before it, and not looked at. */
  readonly before?: string;
  readonly code?: number;
  readonly says?: RegExp;
  /** Not run where the machine does not have it, and named by `npm test`. */
  readonly needs?: Need;
  /** What a machine that runs tests does not have: never run, and named by `npm test`. */
  readonly lacks?: string;
}

const help = (command: string): Scene => ({ run: `pipe ${command} --help` });

export const scenes: Readonly<Record<string, Scene>> = {
  // What installs, and what runs this.
  'npm ci': { run: 'npm ci --dry-run' },
  'npm install': { run: 'npm install --dry-run' },
  'npm test': { run: 'npm pkg get scripts.test', says: /scripts\/test\.ts/ },
  'npm ci && npm test': { run: 'npm pkg get scripts.test', says: /scripts\/test\.ts/ },
  // Without the first folder of programs, npm's own npx.
  'npm ci && npx pipe run ablations': { run: 'PATH="${PATH#*:}" npx pipe run ablations' },

  // Commands that are only named.
  'pipe run': help('run'),
  'pipe why': help('why'),
  'pipe accept': help('accept'),
  'pipe show': help('show'),
  'pipe log': help('log'),
  'pipe plan': help('plan'),
  'pipe record': { run: 'pipe record ablations' },
  'pipe diff': { run: 'pipe diff --target ablations' },
  'pipe run --strict': { run: 'pipe run --strict brightness' },
  'pipe run --read-inputs': { run: 'pipe run brightness --read-inputs' },
  'pipe run TARGET --read-inputs': { run: 'pipe run brightness --read-inputs' },
  'pipe run --trace': { run: 'pipe run --help', says: /--trace/ }, // test/e2e/undeclared.test.ts follows with strace
  'pipe run --plan': { run: 'pipe plan gmm --json > plan.json && pipe run --plan plan.json' },
  'pipe run --resource license=3 --resource gpu=2': {
    run: 'pipe run --resource license=3 --resource gpu=2 brightness',
  },
  'pipe data WHAT': { run: 'pipe data nothing', code: 2, says: /DATA_COMMAND_UNKNOWN/ },
  'pipe setup WHAT': { run: 'pipe setup nothing', code: 2, says: /SETUP_UNKNOWN/ },
  'pipe gc --delete': { run: 'pipe gc --delete --older-than 30' },

  // With less to do, and all of it planned: statistics are not trained.
  'pipe run evaluate -S gmm.components=1,2,4..8 -S seed=1..3': {
    before: 'pipe plan evaluate -S gmm.components=1,2,4..8 -S seed=1..3',
    run: 'pipe run evaluate -S gmm.components=1,2,4..5 -S seed=1..2 -S representation=statistics',
  },
  'pipe run evaluate --seeds 5': { run: 'pipe run evaluate --seeds 5 -S representation=statistics' },
  "npx pipe run figures -S 'figures.seeds=[2024, 2025, 2026]'": {
    before: "npx pipe plan figures -S 'figures.seeds=[2024, 2025, 2026]'",
    run: "npx pipe run figures -S 'figures.seeds=[2024, 2025]' -S representation=statistics",
  },

  // What a page leaves open.
  'npx pipe run evaluate -S gmm.component=4': { code: 2 },
  'npx pipe run evaluate -e photos -S data.root=FOLDER': {
    run: 'npx pipe run evaluate -e photos -S data.root=pictures',
  },
  'npx pipe report landmarks manipulate -e photos -S data.root=FOLDER': {
    run: 'npx pipe report landmarks manipulate -e photos -S data.root=pictures',
  },
  'npx pipe data check -e photos -S data.root=FOLDER': {
    run: 'npx pipe data check -e photos -S data.root=pictures',
  },
  'npx pipe run ablations -e paper -S data.root=FOLDER': {
    run: 'npx pipe run ablations -e paper -S data.root=data',
  },
  'npx pipe run ablations -e paper -S data.weights=./exif-as-language.pth': {
    before: 'cp data/exif-as-language.pth .',
  },
  'pipe plan TARGET': { run: 'pipe plan evaluate' },
  'pipe plan TARGET --json > plan.json': { run: 'pipe plan evaluate --json > plan.json' },
  'pipe run --plan FILE': { run: 'pipe plan gmm --json > plan.json && pipe run --plan plan.json' },
  'pipe plan --check': { run: 'pipe plan --check evaluate -S seed=7', code: 4 },
  'pipe why NODE': { run: 'pipe why gmm' },
  'pipe log NODE': { run: 'pipe log gmm' },
  'pipe show NODE': { run: 'pipe show gmm' },
  'pipe graph [TARGET...]': { run: 'pipe graph && pipe graph gmm' },
  'pipe verify [STAGE...] [--json]': { run: 'pipe verify && pipe verify gmm --json' },
  'pipe accept NODE --because "renamed a variable"': {
    before: 'pipe run brightness && sed -i.old s/means/values/g stages/brightness.ts',
    run: 'pipe accept brightness --because "renamed a variable"',
  },
  'pipe accept generate --instead gen/1234abcd --because renamed': {
    before: "pipe run brightness -q && sed -i.old 's/^  brightness:/  luminance:/' pipeline.yaml",
    run: 'pipe accept luminance --instead "brightness/$(ls artifacts/brightness | head -n 1)" --because renamed',
  },
  'pipe report TARGET... -e EXPERIMENT -S PATH=VALUE -o FILE': {
    run: 'pipe report evaluate -e tiny -S gmm.components=4 -o page.html',
  },

  // Results, recorded and compared.
  'pipe record [TARGET] [-e NAME]': {
    before: 'pipe run evaluate -e tiny',
    run: 'pipe record evaluate -e tiny && pipe record ablations',
  },
  'pipe record -S seed=1,2,3': {
    before: 'pipe run ingest -S seed=1,2,3',
    run: 'pipe record ingest -S seed=1,2,3',
  },
  'pipe diff [BASE] [-e NAME]': { run: 'pipe diff HEAD --target ablations' },
  'pipe diff BASE --gate': { run: 'pipe diff HEAD --gate --target ablations' },
  'pipe compare A B C': { run: 'pipe compare HEAD default tiny' },
  'pipe publish [BASE] [--dry-run]': { run: 'pipe publish HEAD --target ablations --dry-run' },
  'pipe publish': { run: 'pipe publish HEAD --target ablations', says: /comment (created|updated)/ },
  'pipe publish --failure FILE': { code: 4, says: /comment (created|updated)/ },
  'npx pipe publish FETCH_HEAD --target ablations': {
    before: 'git fetch . HEAD',
    says: /comment (created|updated)/,
  },
  'npx pipe diff FETCH_HEAD --target ablations --gate': { before: 'git fetch . HEAD' },
  'pipe show TARGET --format markdown|...': {
    run: 'for form in terminal markdown csv json latex; do pipe show evaluate --format $form || exit; done',
  },
  'npx pipe show ablations --format terminal|markdown|csv|json|latex': {
    run: 'for form in terminal markdown csv json latex; do pipe show ablations --format $form || exit; done',
  },

  // Shells, benches, and what is to be installed.
  'eval "$(pipe completion zsh)"': { run: 'zsh -c "eval \\"\\$(pipe completion zsh)\\""', needs: 'zsh' },
  'pipe completion fish | source': { run: 'fish -c "pipe completion fish | source"', needs: 'fish' },
  'npm run bench -- kills': { run: 'npm run bench -- kills 1' },
  'npm run bench -- mixture': { lacks: 'half an hour of a quiet machine' },
  'npm run bench -- train-paper': { lacks: 'minutes of a quiet machine' },
  'pipe setup cuda': { lacks: 'a download of CUDA' },
  'pip install tensorflow-cpu': { lacks: 'a download of TensorFlow' },
  'npm install --no-save --ignore-scripts @tensorflow/tfjs-node@4.22.0 node-api-headers': {
    lacks: 'a download of TensorFlow',
  },
  'npx pipe setup tensorflow': { code: 2, says: /SETUP_LACKS/ },
  'npx pipe run pretrain -S pretrain.engine=tfjs': { code: 1, says: /BACKEND_ABSENT/ },
};

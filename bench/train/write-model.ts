/** Writes an untrained network, named with its size in px, to a file. */
import { writeFile } from 'node:fs/promises';
import { inferenceGraph } from '../../src/science/network/inference-graph.ts';
import { layOut } from '../../src/science/network/layout.ts';
import { networkNamed } from '../../src/science/network/networks.ts';
import { initialParameters } from '../../src/science/network/parameters.ts';

const [, , network = '', size = '', file = ''] = process.argv;
const layout = layOut(networkNamed(network), Number(size));
await writeFile(file, inferenceGraph(layout, initialParameters(layout, 1)));

/** What graphs for training are made of on a backend. */
import type { Backend } from '../onnx/backend.ts';
import { channelBlock } from '../onnx/channel-block.ts';
import { dialectOf } from '../onnx/dialect.ts';
import type { Form } from './operators/operator.ts';

/** On a device a value that waits would wait for the processor too. */
export async function formOn(backend: Backend = 'cpu'): Promise<Form> {
  return {
    dialect: dialectOf(backend),
    block: await channelBlock(backend),
    isFrugal: backend === 'cpu',
  };
}

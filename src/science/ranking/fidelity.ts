/**
 * The fidelity loss (Tsai et al., SIGIR 2007; Eq. 3 and 4): 1 - sqrt(p q + e) - sqrt((1 - p)(1 - q) + e) for a label p
 * and an estimate q.
 *
 * The text of the paper has no e. Without it the gradient is 0 / 0 where p is 0 or 1 and q has come all the way, so
 * 1e-8, which the authors' program adds, is added in both protocols. The loss of a perfect estimate is -1e-4.
 */
import type { GraphBuilder, Value } from '../onnx/graph.ts';

const floor = 1e-8;

export interface FidelityTerms {
  /** p, in [0, 1]. */
  readonly label: Value;
  /** q = link(u). */
  readonly estimate: Value;
  /** 1 - q, computed without cancellation. */
  readonly complement: Value;
  /** dq/du. */
  readonly slope: Value;
  /** Of each element in the sum. */
  readonly weights: Value;
}

/** The weighted sum of the loss, a scalar, and its gradient with respect to each u. */
export function fidelity(graph: GraphBuilder, terms: FidelityTerms): { loss: Value; gradient: Value } {
  const { label, estimate, complement, slope, weights } = terms;
  const other = graph.node('Sub', [graph.float(1), label]);
  const root = (share: Value, probability: Value): Value =>
    graph.node('Sqrt', [graph.node('Add', [graph.node('Mul', [share, probability]), graph.float(floor)])]);
  const hit = root(label, estimate);
  const miss = root(other, complement);

  const element = graph.node('Sub', [graph.node('Sub', [graph.float(1), hit]), miss]);
  const loss = graph.node('ReduceSum', [graph.node('Mul', [element, weights])], {
    attributes: { keepdims: 0 },
  });

  const pull = graph.node('Sub', [graph.node('Div', [other, miss]), graph.node('Div', [label, hit])]);
  const halfSlope = graph.node('Mul', [slope, graph.float(0.5)]);
  const gradient = graph.node('Mul', [graph.node('Mul', [pull, halfSlope]), weights]);
  return { loss, gradient };
}

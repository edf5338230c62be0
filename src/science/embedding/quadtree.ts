/** Points of the plane in nested squares, so that far ones can be taken together (Barnes and Hut 1986). */

export interface Quadtree {
  /** Of the first square, which holds all points. */
  readonly side: number;
  /** Four places of squares inside each square; 0 where there is none. */
  readonly children: Int32Array;
  /** Points in each square. */
  readonly counts: Int32Array;
  /** Their mean position, x and y. */
  readonly centres: Float64Array;
}

/** What all points do to one at a place: forces that push it away, and the sum of 1 / (1 + distance^2) over the others. */
export interface Repulsion {
  x: number;
  y: number;
  sum: number;
}

/** Squares are halved until each holds one point; points closer than the first side / 2^48 stay together. */
export function buildQuadtree(points: Float64Array): Quadtree {
  const { left, top, side } = boundsOf(points);
  let room = points.length * 2 + 16;
  let children = new Int32Array(room * 4);
  let counts = new Int32Array(room);
  let centres = new Float64Array(room * 2);
  let used = 1;
  const addSquare = (): number => {
    if (used === room) {
      room *= 2;
      children = grown(children, new Int32Array(room * 4));
      counts = grown(counts, new Int32Array(room));
      centres = grown(centres, new Float64Array(room * 2));
    }
    return used++;
  };

  const insert = (x: number, y: number): void => {
    let [square, half, midX, midY] = [0, side / 2, left + side / 2, top + side / 2];
    for (let depth = 0; ; depth++) {
      const count = counts[square] as number;
      const oldX = centres[2 * square] as number;
      const oldY = centres[2 * square + 1] as number;
      counts[square] = count + 1;
      centres[2 * square] = oldX + (x - oldX) / (count + 1);
      centres[2 * square + 1] = oldY + (y - oldY) / (count + 1);
      if (count === 0 || depth === deepest) return;
      if (count === 1) {
        // The point that was alone here moves one square down.
        const child = addSquare();
        children[4 * square + quadrant(oldX, oldY, midX, midY)] = child;
        counts[child] = 1;
        centres[2 * child] = oldX;
        centres[2 * child + 1] = oldY;
      }
      const place = 4 * square + quadrant(x, y, midX, midY);
      half /= 2;
      midX += x >= midX ? half : -half;
      midY += y >= midY ? half : -half;
      if (children[place] === 0) {
        const child = addSquare();
        children[place] = child;
      }
      square = children[place] as number;
    }
  };
  for (let i = 0; i < points.length; i += 2) insert(points[i] as number, points[i + 1] as number);
  return { side, children, counts, centres };
}

const deepest = 48;

const quadrant = (x: number, y: number, midX: number, midY: number): number =>
  (x >= midX ? 1 : 0) + (y >= midY ? 2 : 0);

function grown<Data extends Int32Array | Float64Array>(from: Data, to: Data): Data {
  to.set(from);
  return to;
}

const stack = { squares: new Int32Array(4 * (deepest + 2)), sides: new Float64Array(4 * (deepest + 2)) };

/** Writes into `result` what the tree does to the point of it that lies at (x, y), itself left out. */
export function repulsion(tree: Quadtree, x: number, y: number, angle: number, result: Repulsion): void {
  const { children, counts, centres } = tree;
  const { squares, sides } = stack;
  let [pushX, pushY, sum] = [0, 0, 0];
  let top = 1;
  squares[0] = 0;
  sides[0] = tree.side;
  while (top > 0) {
    const square = squares[--top] as number;
    const side = sides[top] as number;
    const dx = x - (centres[2 * square] as number);
    const dy = y - (centres[2 * square + 1] as number);
    const distance = dx * dx + dy * dy;
    const count = counts[square] as number;
    const first = 4 * square;
    const leaf =
      count === 1 ||
      ((children[first] as number) |
        (children[first + 1] as number) |
        (children[first + 2] as number) |
        (children[first + 3] as number)) ===
        0;
    if (leaf || side * side < angle * angle * distance) {
      const kernel = 1 / (1 + distance);
      const weight = count * kernel;
      sum += weight;
      pushX += weight * kernel * dx;
      pushY += weight * kernel * dy;
      continue;
    }
    for (let i = 0; i < 4; i++) {
      const child = children[first + i] as number;
      if (child === 0) continue;
      squares[top] = child;
      sides[top++] = side / 2;
    }
  }
  result.x = pushX;
  result.y = pushY;
  result.sum = sum - 1; // The point itself, at distance 0.
}

/** A square around all points, a little larger. */
function boundsOf(points: Float64Array): { left: number; top: number; side: number } {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    left = Math.min(left, points[i] as number);
    right = Math.max(right, points[i] as number);
    top = Math.min(top, points[i + 1] as number);
    bottom = Math.max(bottom, points[i + 1] as number);
  }
  return { left, top, side: Math.max(right - left, bottom - top, Number.MIN_VALUE) * (1 + 1e-9) };
}

/** A pixel being painted, from the back to the front. Colours are weighted by the opacity that they have got so far. */
export interface Paint {
  red: number;
  green: number;
  blue: number;
  opacity: number;
}

/** Lays a colour over what is there. */
export function cover(paint: Paint, red: number, green: number, blue: number, opacity: number): void {
  const rest = 1 - opacity;
  paint.red = paint.red * rest + red * opacity;
  paint.green = paint.green * rest + green * opacity;
  paint.blue = paint.blue * rest + blue * opacity;
  paint.opacity = paint.opacity * rest + opacity;
}

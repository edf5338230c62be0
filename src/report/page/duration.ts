/** Seconds as people say them: `40 ms`, `1.3 s`, `45 s`, `6 min 10 s`, `2 h 5 min`. */
export function durationOf(seconds: number): string {
  if (seconds < 1) return seconds === 0 ? '0 s' : `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** For columns of numbers: `0.042`, `1.30`, `12.5`. */
export const secondsText = (seconds: number): string =>
  seconds.toFixed(seconds < 1 ? 3 : seconds < 10 ? 2 : 1);

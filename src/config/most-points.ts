/** What a sweep may have. */
export const mostPoints = 100_000;

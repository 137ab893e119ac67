/**
 * Makes failing programs small.
 * @module
 */

/** Leaves out lines for as long as what is left still fails; blocks of many lines first. */
export function shrinkLines(lines: readonly string[], fails: (lines: readonly string[]) => boolean): readonly string[] {
  let left = lines;
  for (let size = Math.ceil(lines.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let again = true; again;) {
      again = false;
      for (let at = left.length - size; at > -size; at -= size) {
        const from = Math.max(0, at);
        const fewer = [...left.slice(0, from), ...left.slice(from + size)];
        if (!fails(fewer)) continue;
        left = fewer;
        again = true;
      }
    }
  }
  return left;
}

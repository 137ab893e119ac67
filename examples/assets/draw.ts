/**
 * Draws the picture that the examples use when no other is given: an escapement wheel with its anchor, lit from the
 * upper left, slightly noisy. `deno run -A examples/assets/draw.ts` writes examples/assets/escapement.pgm.
 * @module
 */
const WIDTH = 200, HEIGHT = 150, SAMPLES = 3, TEETH = 15;

/** Brightness at a point, 0 to 1. */
function shade(x: number, y: number): number {
  const wheelX = 100, wheelY = 88, radius = 46;
  const dx = x - wheelX, dy = y - wheelY;
  const distance = Math.hypot(dx, dy);
  const turn = (Math.atan2(dy, dx) / (2 * Math.PI) + 1.03) * TEETH % 1;
  const tooth = radius + 10 * Math.max(0, 1 - 2.6 * turn);
  const spoke = distance > 9 && distance < 36 && Math.abs(Math.sin(2.5 * Math.atan2(dy, dx) + 0.4)) > 0.22;
  const light = 0.72 - 0.22 * (dx + dy) / radius / 1.4;
  const arm = anchor(x - wheelX, y - 20);
  if (arm > 0) return 0.35 + 0.5 * arm;
  if (distance < 4) return 0.08;
  if (distance < tooth && !spoke) return Math.min(1, light + 0.08 * Math.sin(distance * 1.3));
  const grain = 0.05 * Math.sin(x * 0.21 + Math.sin(y * 0.09) * 3);
  return 0.16 + 0.1 * y / HEIGHT + grain;
}

/** How far inside the anchor a point is, 0 outside. */
function anchor(dx: number, dy: number): number {
  const bow = Math.abs(Math.hypot(dx, dy - 44) - 44);
  const inside = dy > -5 && dy < 30 && bow < 5 ? 1 - bow / 5 : 0;
  return Math.hypot(dx, dy) < 7 ? 1 - Math.hypot(dx, dy) / 14 : inside;
}

const pixels = new Uint8Array(WIDTH * HEIGHT);
let noise = 1;
for (let y = 0; y < HEIGHT; y++) {
  for (let x = 0; x < WIDTH; x++) {
    let sum = 0;
    for (let i = 0; i < SAMPLES * SAMPLES; i++) {
      sum += shade(x + (i % SAMPLES + 0.5) / SAMPLES, y + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES);
    }
    noise = Math.imul(noise, 1103515245) + 12345 | 0;
    const grain = ((noise >>> 16) % 13) - 6;
    pixels[y * WIDTH + x] = Math.max(0, Math.min(255, Math.round(255 * sum / SAMPLES ** 2) + grain));
  }
}
const header = new TextEncoder().encode(`P5\n# drawn by examples/assets/draw.ts\n${WIDTH} ${HEIGHT}\n255\n`);
const file = new Uint8Array(header.length + pixels.length);
file.set(header);
file.set(pixels, header.length);
Deno.writeFileSync(new URL("./escapement.pgm", import.meta.url), file);

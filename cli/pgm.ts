/**
 * Reads grey pictures in the PGM formats P2 and P5 (netpbm). No maintained package does.
 * @module
 */
import type { Picture } from "../examples/firmware/filter.ts";

/** Thrown for input that is no usable PGM; the message is one sentence. */
export class PgmError extends Error {}

/** The picture in a file's bytes, scaled to 0 ... 255. Throws a {@linkcode PgmError}. */
export function readPgm(bytes: Uint8Array, name: string): Picture {
  const refuse = (why: string): never => {
    throw new PgmError(`Cannot read ${name} as PGM: ${why}`);
  };
  if (bytes.length === 0) refuse("it is empty");
  const magic = String.fromCharCode(bytes[0] ?? 0, bytes[1] ?? 0);
  if (magic !== "P5" && magic !== "P2") {
    refuse(
      `it begins with ${
        JSON.stringify(magic)
      }, not with P5 or P2; "convert photo.jpg -colorspace gray out.pgm" makes one`,
    );
  }
  let at = 2;
  const number = (what: string): number => {
    for (;;) {
      while (at < bytes.length && bytes[at] <= 0x20) at++;
      if (bytes[at] !== 0x23) break;
      while (at < bytes.length && bytes[at] !== 0x0a) at++;
    }
    let digits = "";
    while (bytes[at] >= 0x30 && bytes[at] <= 0x39) digits += String.fromCharCode(bytes[at++]);
    if (digits === "") refuse(`${what} is missing at byte ${at}`);
    return Number(digits);
  };
  const width = number("the width"), height = number("the height"), white = number("the value of white");
  if (width < 1 || height < 1 || width * height > 2 ** 26) refuse(`${width} x ${height} pixels is not a usable size`);
  if (white < 1 || white > 65535) refuse(`its white is ${white}; it has to be 1 to 65535`);
  const pixels = new Uint8Array(width * height);
  const scale = (value: number) => {
    if (value > white) refuse(`a pixel is ${value}, brighter than its white, ${white}`);
    return Math.round(value * 255 / white);
  };
  if (magic === "P2") {
    for (let i = 0; i < pixels.length; i++) pixels[i] = scale(number(`pixel ${i} of ${pixels.length}`));
  } else {
    const bytesPerPixel = white > 255 ? 2 : 1;
    const data = bytes.subarray(at + 1);
    if (data.length < pixels.length * bytesPerPixel) {
      refuse(
        `${width} x ${height} pixels take ${
          pixels.length * bytesPerPixel
        } bytes, and ${data.length} follow the header; ` +
          "the file is cut short",
      );
    }
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = scale(bytesPerPixel === 1 ? data[i] : data[2 * i] << 8 | data[2 * i + 1]);
    }
  }
  return { width, height, pixels };
}

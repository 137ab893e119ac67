/**
 * The part of `jsr:@std/path` that this project uses, over `node:path` and `node:url`.
 * @module
 */
export {
  basename,
  dirname,
  extname,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
  sep as SEPARATOR,
} from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** The path that a `file:` URL names. */
export function fromFileUrl(url: string | URL): string {
  return fileURLToPath(url);
}

/** The `file:` URL of an absolute path. */
export function toFileUrl(path: string): URL {
  return pathToFileURL(path);
}

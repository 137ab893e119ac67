/** Reads a recorded file of this directory, compressed or not. */
export async function readGolden<T>(name: string): Promise<T> {
  const file = await Deno.open(new URL(name, import.meta.url));
  const stream = name.endsWith(".gz") ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
  return await new Response(stream).json() as T;
}

/**
 * The kernels of `kernels.ts` as ELF files from GNU as, see tests/golden/kernels/README.md.
 * @module
 */

/** An ELF file by the kernel's name. */
export async function kernelElf(name: string): Promise<Uint8Array> {
  const packed = await Deno.readFile(new URL(`../../golden/kernels/${name}.elf.gz`, import.meta.url));
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

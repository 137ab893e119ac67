import { assert, assertEquals } from "@std/assert";
import { RESET_ADDRESS } from "../../../hw/platforms/core_bench.ts";
import { readElf } from "../../../hw/riscv/elf.ts";
import { assemble } from "../../../hw/riscv/isa/assembler.ts";
import { type Outcome, runFirmware, runProgram } from "./firmware_bench.ts";
import { kernelElf } from "./kernel_elfs.ts";
import { type Kernel, kernels } from "./kernels.ts";
import { randomOf } from "./random_firmware.ts";

/** What the kernels work on: no zeros where they divide. */
function someData(): Uint8Array {
  const random = randomOf(1);
  return Uint8Array.from({ length: 1024 }, () => 1 + random(255));
}

const END = `
done:   lui t6, 0x1a104
        sw zero, 0xa0(t6)
`;

function asAssembly({ assembly, name }: Kernel) {
  const program = assemble(`_start: ${assembly}${END}`, { base: RESET_ADDRESS, file: name });
  return { program, loadable: program };
}

for (const kernel of kernels) {
  Deno.test(`FirmwareCore, assembler and ELF: ${kernel.name} takes the same cycles and leaves the same state all three ways`, async () => {
    for (const grantDelay of [0, 1]) {
      const run = { data: someData(), grantDelay };
      const { program, loadable } = asAssembly(kernel);
      const elf = readElf(await kernelElf(kernel.name));
      const fromAssembly = runProgram(loadable, program.symbol("done"), run);
      const fromElf = runProgram(elf, elf.symbols.find(({ name }) => name === "done")!.address, run);
      const fromFirmware = runFirmware((core) => kernel.firmware(core, (name) => program.symbol(name)), run);
      assert(fromAssembly.instructions > 100);
      same(fromElf, fromAssembly, "ELF and assembly");
      same(fromFirmware, fromAssembly, "generator and assembly");
    }
  });
}

function same(got: Outcome, expected: Outcome, what: string): void {
  assertEquals(
    [got.cycles, got.instructions, got.registers, got.memory],
    [expected.cycles, expected.instructions, expected.registers, expected.memory],
    what,
  );
}

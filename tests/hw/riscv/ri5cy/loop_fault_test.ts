import { assertEquals } from "@std/assert";
import { asm } from "../../../../hw/riscv/isa/assembler.ts";
import { loopFault } from "../../../../hw/riscv/ri5cy/loop_fault.ts";
import { coreVariants } from "../../../../hw/riscv/ri5cy/variants.ts";

const { segments: [{ bytes }] } = asm`
      nop
      .option norvc
      addi a0, a0, 1
      nop
      j .
      beqz a0, .
      jr a0
      lw a0, 0(a1)`;
const words = (address: number) => new DataView(bytes.buffer, bytes.byteOffset).getUint32(address, true);
const fault = (start: number, end: number, core: "ri5cy_2019_11" | "cv32e40p_1_8_3" = "ri5cy_2019_11") =>
  loopFault(start, end, coreVariants[core], words);

Deno.test("loopFault: RI5CY wants two instructions, the last of them no branch or jump", () => {
  assertEquals(fault(0, 2), undefined);
  assertEquals(fault(2, 6), undefined);
  assertEquals(fault(2, 2), "its body has fewer than two instructions");
  assertEquals(fault(6, 2), "it ends before it begins");
  for (const [end, name] of [[10, "jal"], [14, "beq"], [18, "jalr"]] as const) {
    assertEquals(fault(2, end), `its last instruction, ${name}, is a branch or jump`);
  }
});

Deno.test("loopFault: CV32E40P wants three instructions, and ends behind the last", () => {
  assertEquals(fault(2, 14, "cv32e40p_1_8_3"), undefined);
  assertEquals(fault(2, 10, "cv32e40p_1_8_3"), "its body has fewer than three instructions");
  assertEquals(fault(2, 2, "cv32e40p_1_8_3"), "it ends before it begins");
});

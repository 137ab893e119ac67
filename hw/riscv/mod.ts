/**
 * The RISC-V core: instruction table, assembler, disassembler, ELF files, pipelines, and firmware as generators.
 * @module
 */
export { CoreProfile, type InstructionProfile, type ObservedCore, type ObservedVisits } from "./engine/core_profile.ts";
export {
  type Elf,
  type ElfAccess,
  ElfError,
  type ElfSegment,
  type ElfSymbol,
  type ElfTarget,
  readElf,
  type SymbolPlace,
} from "./elf.ts";
export type { BitInstructions } from "./firmware/bits.ts";
export type { ComplexInstructions } from "./firmware/complex.ts";
export type { GeneralAluInstructions } from "./firmware/general_alu.ts";
export type { MemoryInstructions } from "./firmware/memory.ts";
export type { MultiplyInstructions } from "./firmware/multiply.ts";
export type { BaseInstructions } from "./firmware/rv32.ts";
export type { SimdInstructions } from "./firmware/simd.ts";
export type { SimdMoveInstructions } from "./firmware/simd_moves.ts";
export { FirmwareCore } from "./firmware_core.ts";
export * as gap8 from "./gap8_builtins.ts";
export { CORE_EVENTS, CoreCounters, type CoreEvent, eventCount } from "./core_counters.ts";
export { CoreDataPort } from "./core_data_port.ts";
export { type CoreParams, type CoreStack, CoreState } from "./core_state.ts";
export { IssuePipeline } from "./issue_pipeline.ts";
export { type IssueParams, issueParams } from "./issue_timing.ts";
export {
  asm,
  type AsmTag,
  type AsmValue,
  assemble,
  type AssembleOptions,
  AssemblyError,
  type AssemblyProblem,
} from "./isa/assembler.ts";
export { type Decoded, type Fields, InstructionSet } from "./isa/decoder.ts";
export { disassemble, type DisassembleOptions } from "./isa/disassembler.ts";
export type { Encoding, Exclusion, Field as EncodingField, FieldName, Piece } from "./isa/encoding.ts";
export type { Encodings, Extension, Instruction, SetName, TimingClass } from "./isa/instruction.ts";
export { cv32e40p, instructionTable, ri5cy } from "./isa/isa.ts";
export { type CodeSection, Program, type Segment } from "./isa/program.ts";
export { Hart } from "./ri5cy/hart.ts";
export { type Execute, MicroOperation } from "./ri5cy/micro_operation.ts";
export { type Reg, reg } from "./registers.ts";
export { CsrFile } from "./ri5cy/csr_file.ts";
export { LoadStoreUnit } from "./ri5cy/load_store_unit.ts";
export { PerformanceCounters } from "./ri5cy/performance_counters.ts";
export { type FetchPort, Ri5cyPipeline } from "./ri5cy/pipeline.ts";
export type { Prefetcher } from "./ri5cy/prefetcher.ts";
export type { ProgramFlow } from "./ri5cy/program_flow.ts";
export { StateWriter } from "./ri5cy/state_writer.ts";
export { Ri5cyCore, type Ri5cyCoreParams } from "./ri5cy_core.ts";
export type { CoreQuirks } from "./ri5cy/quirks.ts";
export {
  type CoreName,
  type CoreRelease,
  type CoreVariant,
  coreVariants,
  withIdealFetch,
  withQuirks,
} from "./ri5cy/variants.ts";
export { STALL_NAMES } from "./ri5cy/stall.ts";
export {
  type MaskOf,
  type Operand,
  v2s,
  v2u,
  v4s,
  v4u,
  Vector,
  type VectorMaker,
  type VectorRegister,
  type VectorType,
} from "./vector.ts";
export { select, shuffle } from "./vector_moves.ts";
export { type Immediate, scalarIn, type ScalarRegister, type SecondOperand, VectorUnit } from "./vector_unit.ts";
export { type CodeLayout, layoutOf } from "./code_layout.ts";
export { FetchingCore } from "./fetching_core.ts";

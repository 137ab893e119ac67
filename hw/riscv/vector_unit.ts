/**
 * Vectors in registers: the operators of the GAP8 manual's vector chapter as single instructions of generator firmware.
 * @module
 */
import type { Process } from "../../sim/mod.ts";
import type { FirmwareCore } from "./firmware_core.ts";
import { type Reg, reg } from "./registers.ts";
import { type MaskOf, type Vector, vectorLayouts, type VectorRegister, type VectorType } from "./vector.ts";

/** A number that is not a register. */
export type Immediate = number & { readonly reg?: undefined };

/** A register whose low element stands for all; made by {@linkcode scalarIn}. */
export interface ScalarRegister {
  /** The register. */
  readonly scalar: Reg;
}

/** A register whose low element stands for all elements of the second operand. */
export function scalarIn(register: Reg): ScalarRegister {
  return { scalar: register };
}

/** Second operand: a vector, a register's low element, or a constant of 6 bits for all elements. */
export type SecondOperand<T extends VectorType> = VectorRegister<T> | ScalarRegister | Immediate;

const VECTOR_BYTES = 4;

type Methods = Readonly<Record<string, ((rd: Reg, rs1: Reg, second: number) => void) | undefined>>;

/**
 * Issues one instruction for each operation, chosen by the vectors' type: `add` of v4s is `pv.add.b`, with a constant
 * `pv.add.sci.b`. What takes more than one instruction is not here.
 *
 * Throws a TypeError for registers of different types (the compiler says so, too), and a RangeError for a constant that
 * the instruction does not take: put it into a register and use {@linkcode scalarIn}.
 *
 * @example Elements that are above a limit, the others 0
 * ```ts
 * import { connect, FirmwareCore, Ram, reg, v4s, VectorUnit } from "@escapement/escapement/hw";
 * import { MHz, Simulation } from "@escapement/escapement/sim";
 *
 * const sim = new Simulation();
 * const clock = sim.clock("clock", MHz(100));
 * const ram = new Ram(sim, "ram", { base: 0, sizeBytes: 64 }, { clock });
 * const core = new FirmwareCore(sim, "core", { coreId: 0, clusterId: 0 }, { clock });
 * connect(core.data, ram.local);
 * ram.bytes.set([1, 20, 3, 40]);
 *
 * core.start(function* () {
 *   const v = new VectorUnit(core);
 *   const x = v4s.in(reg.t0), mask = v4s.in(reg.t1);
 *   yield* v.load(x, reg.a0); // lw t0, 0(a0)
 *   v.gt(mask, x, 10); // pv.cmpgt.sci.b t1, t0, 10; waits for the load
 *   v.and(x, x, mask); // pv.and.b t0, t0, t1
 *   yield* v.storePost(x, reg.a0); // p.sw t0, 4(a0!)
 * }, false);
 * sim.run();
 * if (ram.bytes.subarray(0, 4).join() !== "0,20,0,40") throw new Error("not the elements above 10");
 * if (core.instructions.value !== 4 || core.loadStalls.value !== 1) throw new Error("more than one instruction each");
 * ```
 */
export class VectorUnit {
  readonly #core: FirmwareCore;

  /** What issues to a core. */
  constructor(core: FirmwareCore) {
    this.#core = core;
  }

  /** `rd = constant`: `lui`, `addi` or both. */
  set<T extends VectorType>(rd: VectorRegister<T>, constant: Vector<NoInfer<T>>): void {
    const { type, register } = rd;
    this.#core.li(same({ type: constant.type, register }, type).register, constant.word);
  }

  /** Loads a vector from where a pointer points, plus an offset in bytes: `lw`. */
  load(rd: VectorRegister<VectorType>, pointer: Reg, offset: number = 0): Process {
    return this.#core.lw(rd.register, pointer, offset);
  }

  /** Loads a vector, then moves the pointer, by a vector unless told otherwise: `p.lw`. */
  loadPost(rd: VectorRegister<VectorType>, pointer: Reg, step: number = VECTOR_BYTES): Process {
    return this.#core.lwPost(rd.register, pointer, step);
  }

  /** Stores a vector: `sw`. */
  store(x: VectorRegister<VectorType>, pointer: Reg, offset: number = 0): Process {
    return this.#core.sw(x.register, pointer, offset);
  }

  /** Stores a vector, then moves the pointer: `p.sw`. */
  storePost(x: VectorRegister<VectorType>, pointer: Reg, step: number = VECTOR_BYTES): Process {
    return this.#core.swPost(x.register, pointer, step);
  }

  /** `+`: `pv.add`. */
  add<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#issue("pvAdd", rd, x, y);
  }

  /** `-`: `pv.sub`. */
  sub<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#issue("pvSub", rd, x, y);
  }

  /** Unary `-`: `pv.sub` from x0. */
  neg<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>): void {
    this.#issue("pvSub", rd, { type: x.type, register: reg.zero }, x);
  }

  /** `~`: `pv.xor.sci` with -1. */
  not<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>): void {
    this.#issue("pvXor", rd, x, -1);
  }

  /** `&`: `pv.and`. */
  and<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    y: SecondOperand<NoInfer<T> | MaskOf<NoInfer<T>>>,
  ): void {
    this.#bitwise("pvAnd", rd, x, y);
  }

  /** `|`: `pv.or`. */
  or<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    y: SecondOperand<NoInfer<T> | MaskOf<NoInfer<T>>>,
  ): void {
    this.#bitwise("pvOr", rd, x, y);
  }

  /** `^`: `pv.xor`. */
  xor<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    y: SecondOperand<NoInfer<T> | MaskOf<NoInfer<T>>>,
  ): void {
    this.#bitwise("pvXor", rd, x, y);
  }

  /** `<<`: `pv.sll`. */
  shl<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    amount: SecondOperand<NoInfer<T>>,
  ): void {
    this.#issue("pvSll", rd, x, amount);
  }

  /** `>>`: `pv.sra`, of unsigned elements `pv.srl`. */
  shr<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    amount: SecondOperand<NoInfer<T>>,
  ): void {
    this.#issue(vectorLayouts[x.type].signed ? "pvSra" : "pvSrl", rd, x, amount);
  }

  /** The smaller elements: `pv.min`, `pv.minu`. */
  min<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#issue("pvMin" + u(x), rd, x, y);
  }

  /** The larger elements: `pv.max`, `pv.maxu`. */
  max<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#issue("pvMax" + u(x), rd, x, y);
  }

  /** Halves of the sums: `pv.avg`, `pv.avgu`. */
  avg<T extends VectorType>(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#issue("pvAvg" + u(x), rd, x, y);
  }

  /** Absolute values: `pv.abs`. */
  abs<T extends "v4s" | "v2s">(rd: VectorRegister<NoInfer<T>>, x: VectorRegister<T>): void {
    this.#call("pvAbs", x.type)(same(rd, x.type).register, x.register, 0);
  }

  /** `==`: `pv.cmpeq`. */
  eq<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmpeq", rd, x, y);
  }

  /** `!=`: `pv.cmpne`. */
  ne<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmpne", rd, x, y);
  }

  /** `<`: `pv.cmplt`, `pv.cmpltu`. */
  lt<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmplt" + u(x), rd, x, y);
  }

  /** `<=`: `pv.cmple`, `pv.cmpleu`. */
  le<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmple" + u(x), rd, x, y);
  }

  /** `>`: `pv.cmpgt`, `pv.cmpgtu`. */
  gt<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmpgt" + u(x), rd, x, y);
  }

  /** `>=`: `pv.cmpge`, `pv.cmpgeu`. */
  ge<T extends VectorType>(rd: VectorRegister<MaskOf<T>>, x: VectorRegister<T>, y: SecondOperand<NoInfer<T>>): void {
    this.#compare("pvCmpge" + u(x), rd, x, y);
  }

  /** `__builtin_shuffle(x, mask)`: `pv.shuffle`. */
  shuffle<T extends VectorType>(
    rd: VectorRegister<NoInfer<T>>,
    x: VectorRegister<T>,
    mask: VectorRegister<VectorType>,
  ): void {
    this.#call("pvShuffle", x.type)(same(rd, x.type).register, x.register, sized(mask, x.type).register);
  }

  /** `x = __builtin_shuffle(x, y, mask)`: `pv.shuffle2`, which leaves its result where its first source was. */
  shuffle2<T extends VectorType>(
    x: VectorRegister<T>,
    y: VectorRegister<NoInfer<T>>,
    mask: VectorRegister<VectorType>,
  ): void {
    this.#call("pvShuffle2", x.type)(x.register, same(y, x.type).register, sized(mask, x.type).register);
  }

  /** `x[lane]`, a constant: `pv.extract`, `pv.extractu`. */
  extract(rd: Reg, x: VectorRegister<VectorType>, lane: Immediate): void {
    this.#call("pvExtract" + u(x), x.type)(rd, x.register, laneOf(x, lane));
  }

  /** `x[lane] = value`: `pv.insert`. */
  insert(x: VectorRegister<VectorType>, lane: Immediate, value: Reg): void {
    this.#call("pvInsert", x.type)(x.register, value, laneOf(x, lane));
  }

  /** Sum of products: `pv.dotsp`, `pv.dotup`, of unsigned by signed elements `pv.dotusp`. */
  dotp<T extends VectorType>(rd: Reg, x: VectorRegister<T>, y: SecondOperand<NoInfer<T> | MaskOf<NoInfer<T>>>): void {
    this.#dot("pvDot", rd, x, y);
  }

  /** The same added to `rd`: `pv.sdotsp`, `pv.sdotup`, `pv.sdotusp`. */
  sumdotp<T extends VectorType>(
    rd: Reg,
    x: VectorRegister<T>,
    y: SecondOperand<NoInfer<T> | MaskOf<NoInfer<T>>>,
  ): void {
    this.#dot("pvSdot", rd, x, y);
  }

  #dot(name: string, rd: Reg, x: VectorRegister<VectorType>, y: SecondOperand<VectorType>): void {
    const signed = vectorLayouts[x.type].signed;
    const mixed = typeof y === "object" && "type" in y && y.type !== x.type;
    if (mixed && (signed || y.type !== vectorLayouts[x.type].mask)) {
      throw new TypeError(`Cannot multiply a ${x.type} by a ${y.type}: there is no such dot product; cast one`);
    }
    const kind = mixed ? "usp" : signed ? "sp" : "up";
    this.#second(name + kind, rd, x, y);
  }

  #issue<T extends VectorType>(name: string, rd: VectorRegister<T>, x: VectorRegister<T>, y: SecondOperand<T>): void {
    if (typeof y === "object" && "type" in y) same(y, x.type);
    this.#second(name, same(rd, x.type).register, x, y);
  }

  #bitwise(
    name: string,
    rd: VectorRegister<VectorType>,
    x: VectorRegister<VectorType>,
    y: SecondOperand<VectorType>,
  ): void {
    if (typeof y === "object" && "type" in y) sized(y, x.type);
    this.#second(name, same(rd, x.type).register, x, y);
  }

  #compare(
    name: string,
    rd: VectorRegister<VectorType>,
    x: VectorRegister<VectorType>,
    y: SecondOperand<VectorType>,
  ): void {
    if (typeof y === "object" && "type" in y) same(y, x.type);
    this.#second(name, same(rd, vectorLayouts[x.type].mask).register, x, y);
  }

  #second(name: string, rd: Reg, x: VectorRegister<VectorType>, y: SecondOperand<VectorType>): void {
    if (typeof y === "number") this.#call(`${name}Sci`, x.type)(rd, x.register, y);
    else if ("scalar" in y) this.#call(`${name}Sc`, x.type)(rd, x.register, y.scalar);
    else this.#call(name, x.type)(rd, x.register, y.register);
  }

  #call(name: string, type: VectorType): (rd: Reg, rs1: Reg, second: number) => void {
    const method = (this.#core as unknown as Methods)[name + (vectorLayouts[type].bits === 8 ? "B" : "H")]!;
    return (rd, rs1, second) => method.call(this.#core, rd, rs1, second);
  }
}

function u({ type }: VectorRegister<VectorType>): string {
  return vectorLayouts[type].signed ? "" : "u";
}

function same<T extends VectorType>(other: VectorRegister<VectorType>, type: T): VectorRegister<T> {
  if (other.type !== type) {
    throw new TypeError(`Cannot use a ${other.type} where a ${type} is needed: cast it, ${type}.in(register)`);
  }
  return other as VectorRegister<T>;
}

function sized(other: VectorRegister<VectorType>, type: VectorType): VectorRegister<VectorType> {
  if (vectorLayouts[other.type].bits === vectorLayouts[type].bits) return other;
  throw new TypeError(`Cannot use a ${other.type} with a ${type}: the sizes of their elements differ`);
}

function laneOf({ type }: VectorRegister<VectorType>, lane: number): number {
  const { lanes } = vectorLayouts[type];
  if (Number.isInteger(lane) && lane >= 0 && lane < lanes) return lane;
  throw new RangeError(`Cannot take element ${lane} of a ${type}: it has 0 to ${lanes - 1}`);
}

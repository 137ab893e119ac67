/**
 * How firmware written as generators calls the instructions of the table: a method's name, parameters and source text, all
 * from the row.
 *
 * - Name: the mnemonic in camel case without its `p.`: `pv.sdotsp.b` is `pvSdotspB`, `p.mac` is `mac`. Loads and stores of
 *   Xpulp that move their pointer end in `Post`, those with a register as offset in `Reg`: `p.lw rd, imm(rs1!)` is
 *   `lwPost`, `p.lw rd, rs2(rs1)` is `lwReg`, `p.lw rd, rs2(rs1!)` is `lwPostReg`.
 * - Parameters: the operands in the assembler's order, but the pointer of a memory operand before its offset. Targets of
 *   branches and jumps are left to TypeScript; what an instruction makes of its own address comes from `pc`, 0 if not given.
 * - Loads and stores are for `yield*`, branches give whether they are taken, all others are plain calls.
 * @module
 */
import { DIVIDE_SIGNED, DIVIDE_UNSIGNED } from "./ri5cy/micro_operation.ts";
import { type Field, fieldProblem } from "./isa/encoding.ts";
import type { Instruction } from "./isa/instruction.ts";
import { ri5cy } from "./isa/isa.ts";
import { javaScript } from "./isa/javascript.ts";
import { operands } from "./isa/operands.ts";
import { type Expression, type OperandName, operationOf } from "./isa/operation.ts";

/** A parameter of an instruction's method. */
export interface MethodParameter {
  /** The operand's name in the table. */
  readonly name: OperandName;
  /** Whether it is a register. */
  readonly register: boolean;
  /** Its value if it is not given. */
  readonly optional: boolean;
}

/** How an instruction is called. */
export interface InstructionMethod {
  /** The row. */
  readonly instruction: Instruction;
  /** Name of the method. */
  readonly name: string;
  /** Its parameters. */
  readonly parameters: readonly MethodParameter[];
  /** What it returns: nothing, whether a branch is taken, or a process. */
  readonly returns: "void" | "boolean" | "Process";
}

/** Why rows of some timing classes have no method. */
const WITHOUT_METHOD: ReadonlySet<string> = new Set(["hwloop", "ecall", "ebreak", "mret", "wfi", "eventLoad"]);

/**
 * The instructions that firmware calls by methods from the table: all of RI5CY's but compressed ones, which are the same
 * instructions, and those that need more than their operands: hardware loops, `p.elw`, traps and `wfi`.
 */
export const instructionMethods: readonly InstructionMethod[] = ri5cy.instructions
  .filter(({ extension, timing }) => extension !== "C" && !WITHOUT_METHOD.has(timing))
  .map((instruction) => ({
    instruction,
    name: methodName(instruction),
    parameters: parametersOf(instruction),
    returns: instruction.timing === "branch"
      ? "boolean"
      : operands(instruction).memory === undefined
      ? "void"
      : "Process",
  }));

function methodName({ name, syntax }: Instruction): string {
  const [first, ...rest] = name.split(".").filter((part) => part !== "p");
  const camel = first + rest.map((part) => part[0].toUpperCase() + part.slice(1)).join("");
  return camel + (syntax.includes("!") ? "Post" : "") + (/rs[23]\(rs1/.test(syntax) ? "Reg" : "");
}

function parametersOf(instruction: Instruction): MethodParameter[] {
  const { syntax, timing } = instruction;
  const text = syntax.replace(/(\w+)\((\w+)!?\)/, "$2, $1").replaceAll("uimm", "imm");
  let names = text.split(/,\s*/).filter((name) => name !== "") as OperandName[];
  // The last operand of a branch or of jal is where it goes.
  if (timing === "branch" || timing === "jump") names = names.filter((name) => name !== "imm");
  if (timing === "jumpRegister") names = ["rd", "rs1"];
  const moves = syntax.includes("!");
  const list = names.map((name) => ({
    name,
    register: name.startsWith("r"),
    optional: name === "imm" && /imm\(/.test(syntax) && !moves,
  }));
  if (timing !== "branch" && /\bpc\b/.test(instruction.operation)) {
    list.push({ name: "pc", register: false, optional: true });
  }
  return list;
}

/** What the source text of methods calls beside the core's own methods. */
export const methodSupport = {
  /** Throws a RangeError for an immediate that the encoding does not take. */
  refuse(name: string, field: string, value: number): never {
    const instruction = instructionMethods.find((method) => method.name === name)!.instruction;
    const encoding = ri5cy.encodingOf(instruction);
    const problem = fieldProblem(encoding.fields.find((each) => each.name === field)!, value) ??
      `${field} must not be ${value}`;
    throw new RangeError(`Cannot issue ${instruction.name}: ${problem}`);
  },
  /** Bits 24:20 of an instruction word: what the decoder takes for a register. */
  secondRegister(name: string, imm: number): number {
    const { instruction } = instructionMethods.find((method) => method.name === name)!;
    return ri5cy.encode(instruction, { imm }) >>> 20 & 31;
  },
};

/**
 * JavaScript source of an object with one method, which issues an instruction on the core that is its `this`. It may call
 * the functions of the operation language and {@linkcode methodSupport}.
 */
export function methodSource(method: InstructionMethod): string {
  return `${methodText(method)}}`;
}

function methodText({ instruction, name, parameters }: InstructionMethod): string {
  const { timing, waitsFor } = instruction;
  const { reads, writes, memory } = operands(instruction);
  const a = reads.includes("rs1") ? "rs1" : "0";
  const b = reads.includes("rs2") ? "rs2" : waitsFor?.ri5cy === "rs2" ? `secondRegister("${name}",imm)` : "0";
  const c = reads.includes("rd") || waitsFor?.ri5cy === "rd" ? "rd" : reads.includes("rs3") ? "rs3" : "0";
  const loads = memory?.kind === "load";
  const target = writes.includes("rs1") ? "rs1" : writes.includes("rd") && !loads ? "rd" : "-1";
  const list = parameters.map(({ name, optional }) => optional ? `${name}=0` : name).join(",");
  const head = `{${name}(${list}){${checks(instruction, name, parameters)}`;
  const body = bodyOf(instruction);
  const sources = `${a},${b},${c},${target}`;
  switch (timing) {
    case "mulh":
      return `${head}this.issue(${sources});this.occupy(this.params.mulhCycles);${body.text}}`;
    case "div": {
      const kind = instruction.name.endsWith("u") ? DIVIDE_UNSIGNED : DIVIDE_SIGNED;
      return `${head}this.issue(${sources});this.occupyDivider(${kind},this.registers[rs2]);${body.text}}`;
    }
    case "branch":
      return `${head}const r=this.registers;return this.issueBranch(${a},${b},${body.condition}!==0);}`;
    case "jump":
      return `${head}this.issueJump(rd);${body.text}}`;
    case "jumpRegister":
      return `${head}this.issueJumpThrough(rs1,rd);${body.text}}`;
    case "fence":
      return `${head}this.issueFence();}`;
    case "csr":
      return `${head}const r=this.registers;this.issueCsr(rd,csr,${body.csr},${a});}`;
    case "load":
      return `${head}this.beginAccess(${sources});${body.text}` +
        `return this.load(address,${memory!.bytes},rd,${unusedBits(memory!.bytes, memory!.signed)});}`;
    case "store":
      return `${head}this.beginAccess(${sources});${body.text}return this.save(address,${memory!.bytes},value);}`;
    default:
      return `${head}this.issue(${sources});${body.text}}`;
  }
}

/** Bits above what a load brings that its sign fills; 0 of an unsigned load, which comes with zeros there. */
function unusedBits(bytes: number, signed: boolean): number {
  return signed ? 32 - 8 * bytes : 0;
}

/** Refuses immediates that cannot be encoded. */
function checks(instruction: Instruction, name: string, parameters: readonly MethodParameter[]): string {
  const { fields, exclusions } = ri5cy.encodingOf(instruction);
  return parameters.map((parameter) => {
    const field = fields.find((each) => each.name === parameter.name);
    if (field === undefined || parameter.register || parameter.name === "pc") return "";
    const [least, most] = range(field);
    const step = field.low === 0 ? "" : `||(${field.name}&${2 ** field.low - 1})!==0`;
    const excluded = exclusions.filter((each) => each.field === field.name)
      .map(({ value }) => `||${field.name}===${value}`).join("");
    return `if(!(${field.name}>=${least}&&${field.name}<=${most})${step}${excluded})refuse("${name}","${field.name}",${field.name});`;
  }).join("");
}

function range({ signed, high }: Field): [number, number] {
  const span = 2 ** (high + 1);
  if (high === 31) return [-span / 2, span - 1];
  return signed ? [-span / 2, span / 2 - 1] : [0, span - 1];
}

/** An operation as source text. */
interface Body {
  /** Everything but memory accesses; leaves `address` and, of a store, `value`. */
  readonly text: string;
  /** Of a branch. */
  readonly condition: string;
  /** Action and value of a CSR access. */
  readonly csr: string;
}

function bodyOf(instruction: Instruction): Body {
  const text = (part: Expression) => javaScript(part, operandText);
  const lines: string[] = [];
  const writes: string[] = [];
  let condition = "", csr = "";
  for (const statement of operationOf(instruction)) {
    switch (statement.kind) {
      case "let":
        lines.push(`const ${statement.name}=${text(statement.value)};`);
        break;
      case "write": {
        const { value, register } = statement;
        if (value.kind === "load") lines.push(`const address=${text(value.address)};`);
        else if (value.kind === "csr") csr = `"${value.action}",${text(value.value)}`;
        else {
          lines.push(`const w${writes.length}=${text(value)};`);
          writes.push(`if(${register}!==0)r[${register}]=w${writes.length};`);
        }
        break;
      }
      case "store":
        lines.push(`const address=${text(statement.address)};const value=${text(statement.value)};`);
        break;
      case "branch":
        condition = text(statement.condition);
    }
  }
  const all = [...lines, ...writes].join("");
  return { text: all === "" ? "" : `const r=this.registers;${all}`, condition, csr };
}

function operandText(name: OperandName): string {
  if (name === "size") return "4";
  return name.startsWith("r") ? `r[${name}]` : name;
}

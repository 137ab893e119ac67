/**
 * Instruction traces as comma-separated text.
 * @module
 */

/** Writes `cycle,pc,instr` rows: decimal, 8 hex digits, the word with 8 hex digits or 4 if it is compressed. */
export class InstructionTrace {
  readonly #file: Deno.FsFile;
  readonly #encoder = new TextEncoder();
  #rows: string[] = ["cycle,pc,instr\n"];

  /** Creates the file. Throws if that is not possible. */
  constructor(path: string) {
    this.#file = Deno.openSync(path, { write: true, create: true, truncate: true });
  }

  /** Adds a row. */
  add(cycle: number, pc: number, word: number, size: number): void {
    this.#rows.push(`${cycle},${hexDigits(pc, 8)},${hexDigits(word, 2 * size)}\n`);
    if (this.#rows.length === 65536) this.#flush();
  }

  /** Writes what is left and closes the file. */
  close(): void {
    this.#flush();
    this.#file.close();
  }

  #flush(): void {
    let bytes = this.#encoder.encode(this.#rows.join(""));
    while (bytes.length > 0) bytes = bytes.subarray(this.#file.writeSync(bytes));
    this.#rows = [];
  }
}

function hexDigits(value: number, digits: number): string {
  return (value >>> 0).toString(16).padStart(digits, "0");
}

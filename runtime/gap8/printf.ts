/**
 * The formats that the SDK's printf knows.
 * @module
 */

/** A value that can be printed. */
export type PrintfArgument = number | bigint | string;

const DIRECTIVE = /%([-0#]*)(\d*)(ll|l|h)?([diuxXocsp%])/g;

/**
 * Formats like the SDK's printf: d i u x X o c s p %, flags - 0 #, width, l and ll. Unknown directives stay as they are.
 * Throws a RangeError if a directive has no value, or one that it cannot show.
 */
export function formatPrintf(format: string, ...args: PrintfArgument[]): string {
  let next = 0;
  return format.replace(
    DIRECTIVE,
    (directive, flags: string, width: string, size: string | undefined, kind: string) => {
      if (kind === "%") return "%";
      if (next >= args.length) {
        throw new RangeError(
          `Cannot print ${
            JSON.stringify(format)
          }: there are ${args.length} values, and ${directive} would take one more`,
        );
      }
      const value = args[next++];
      if (kind !== "s" && kind !== "c" && typeof value !== "bigint" && !Number.isFinite(Number(value))) {
        throw new RangeError(
          `Cannot print ${JSON.stringify(format)}: ${directive} takes a whole number, and value ${next} is ${value}`,
        );
      }
      const text = convert(value, kind, flags.includes("#"), size === "ll");
      const columns = Number(width || 0);
      if (flags.includes("-")) return text.padEnd(columns);
      if (!flags.includes("0") || kind === "s" || kind === "c") return text.padStart(columns);
      const [, lead, digits] = /^(-|0[xX])?(.*)$/s.exec(text)!;
      return (lead ?? "") + digits.padStart(columns - (lead ?? "").length, "0");
    },
  );
}

function convert(value: PrintfArgument, kind: string, alternate: boolean, long: boolean): string {
  if (kind === "s") return String(value);
  if (kind === "c") return typeof value === "string" ? value : String.fromCharCode(Number(value) & 0xff);
  const bits = long ? 64 : 32;
  const integer = typeof value === "bigint" ? value : BigInt(Math.trunc(Number(value)));
  if (kind === "d" || kind === "i") return String(BigInt.asIntN(bits, integer));
  const unsigned = BigInt.asUintN(bits, integer);
  if (kind === "u") return String(unsigned);
  if (kind === "o") return (alternate ? "0" : "") + unsigned.toString(8);
  const digits = unsigned.toString(16);
  if (kind === "p") return `0x${digits.padStart(8, "0")}`;
  return (alternate ? `0${kind}` : "") + (kind === "X" ? digits.toUpperCase() : digits);
}

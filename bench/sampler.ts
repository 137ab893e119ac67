/**
 * Takes samples of one benchmark in a process of its own, so that neither the code nor the memory of the others
 * matters. It takes one whenever it is asked: the caller can run something else between two samples.
 * @module
 */
import { fromFileUrl } from "@std/path";
import { allBenches } from "./registry.ts";

/** A benchmark in a process of its own. */
export class Sampler implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #questions: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;

  /** Starts the process for the benchmark called `name`. */
  constructor(name: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--v8-flags=--expose-gc", fromFileUrl(import.meta.url), name],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#questions = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next sample. Throws an Error if the benchmark did; what it says is on stderr. */
  async sample(): Promise<number> {
    await this.#questions.write(new Uint8Array(1));
    let line = "";
    while (!line.endsWith("\n")) {
      const { value, done } = await this.#answers.read();
      if (done) throw new Error("Cannot take a sample: the benchmark has ended");
      line += value;
    }
    const number = Number(line);
    if (!Number.isFinite(number)) throw new Error(`Cannot take a sample: the benchmark gave ${JSON.stringify(line)}`);
    return number;
  }

  /** Ends the process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#questions.close();
    await this.#child.status;
    await this.#answers.cancel();
  }
}

if (import.meta.main) {
  const bench = (await allBenches()).find(({ name }) => name === Deno.args[0])!;
  console.log = console.error;
  // Each byte in is a request for a sample, each line out is one.
  const request = new Uint8Array(1);
  while (Deno.stdin.readSync(request) !== null) {
    Deno.stdout.writeSync(new TextEncoder().encode(`${bench.run()}\n`));
  }
}

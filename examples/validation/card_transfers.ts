/**
 * Transfers between host and card, and single register accesses, as XRT's own tests measure them.
 * @module
 */
import { type BufferObject, linkXclbin, Machine, type MachineOptions, Nop, Pynq } from "../../runtime/pynq/mod.ts";
import type { Process } from "../../sim/mod.ts";

/** Both directions, in MiB per second: what xbutil calls MB/s. */
export interface TransferRates {
  /** To the card. */
  readonly toCard: number;
  /** From the card. */
  readonly fromCard: number;
}

type Options = Pick<MachineOptions, "link" | "cards">;

function machineWith(options: Options): Machine {
  const verify = linkXclbin({ units: [{ name: "nop_1", model: Nop }] });
  return new Machine({ ...options, files: { "verify.xclbin": verify }, models: { nop: Nop } });
}

/** `xbutil dmatest`: a thread for each DMA channel copies its share of the buffers, first to the card, then back. */
export function dmaTest(bufferBytes: number, buffers: number, options: Options = {}): TransferRates {
  const machine = machineWith(options);
  return new Pynq(machine).run(function* (pynq): Process<TransferRates> {
    yield* pynq.overlay("verify.xclbin");
    const { driver } = pynq.activeDevice;
    const objects: BufferObject[] = [];
    for (let i = 0; i < buffers; i++) {
      objects.push((yield* pynq.activeDevice.memory("bank0").allocate(bufferBytes, "u1")).object);
    }
    const threads = driver.card.toCard.length;
    function* rate(direction: "to device" | "from device"): Process<number> {
      const start = pynq.sim.now;
      const running = Array.from(
        { length: threads },
        (_, thread) =>
          pynq.sim.spawn(`host.dmatest_${thread}`, function* (): Process {
            for (let i = thread; i < buffers; i += threads) {
              yield* driver.sync(objects[i], direction, 0, bufferBytes);
            }
          }),
      );
      for (const thread of running) yield* thread.join();
      return buffers * bufferBytes / 2 ** 20 / ((pynq.sim.now - start) / 1e12);
    }
    const rates = { toCard: yield* rate("to device"), fromCard: yield* rate("from device") };
    for (const object of objects) driver.freeBuffer(object);
    return rates;
  });
}

/** One PYNQ program that copies 8 MiB to the card and 4 MiB back, buffer by buffer, in ms. */
export function pynqTransfers(): number {
  return new Pynq(machineWith({})).run(function* (pynq): Process<number> {
    yield* pynq.overlay("verify.xclbin");
    const bank = pynq.activeDevice.memory("bank0");
    const first = yield* bank.allocate([1024, 1024], "u4"), second = yield* bank.allocate([1024, 1024], "u4");
    const start = pynq.sim.now;
    yield* first.flush();
    yield* second.flush();
    yield* second.invalidate();
    const ms = (pynq.sim.now - start) / 1e9;
    first.free();
    second.free();
    return ms;
  });
}

/** A read of one register through the BAR, in ns; and a write, until the host goes on. */
export function registerAccess(): { readonly readNs: number; readonly writeNs: number } {
  return new Pynq(machineWith({})).run(function* (pynq): Process<{ readNs: number; writeNs: number }> {
    const overlay = yield* pynq.overlay("verify.xclbin");
    const { driver } = pynq.activeDevice;
    const { physAddr } = overlay.ipDict.nop_1;
    const start = pynq.sim.now;
    yield* driver.readRegister(physAddr);
    const middle = pynq.sim.now;
    yield* driver.writeRegisters(physAddr + 0x10, new Uint32Array(1));
    return { readNs: (middle - start) / 1e3, writeNs: (pynq.sim.now - middle) / 1e3 };
  });
}

/**
 * The examples, by name.
 * @module
 */
import type { Example } from "./example_runner.ts";

/** Examples that are there; each module exports `example`. */
export const examples: Readonly<Record<string, () => Promise<{ readonly example: Example }>>> = {
  hello: () => import("../examples/hello.ts"),
  filter: () => import("../examples/filter.ts"),
  dma: () => import("../examples/dma.ts"),
  "cluster-sync": () => import("../examples/cluster_sync.ts"),
  "cluster-alloc": () => import("../examples/cluster_alloc.ts"),
  "cluster-notif": () => import("../examples/cluster_notif.ts"),
  performance: () => import("../examples/performance.ts"),
  tiles: () => import("../examples/tiles.ts"),
  conv5x5: () => import("../examples/conv5x5.ts"),
  vectors: () => import("../examples/vectors.ts"),
  "ert-matmul": () => import("../examples/ert_matmul.ts"),
  "vector-addition": () => import("../examples/vector_addition.ts"),
  "kernel-optimizations": () => import("../examples/kernel_optimizations.ts"),
  "kernel-streams": () => import("../examples/kernel_streams.ts"),
  "memory-usage": () => import("../examples/memory_usage.ts"),
  "power-recorder": () => import("../examples/power_recorder.ts"),
  validation: () => import("../examples/validation.ts"),
};

/** Names that are planned. */
export const planned: readonly string[] = (
  "threads-events timers freq hyperram hyperflash " +
  "file-system l3-copy i2s camera uart spi i2c-eeprom gpio rtc bridge"
).split(" ");

/**
 * The part of `jsr:@std/testing/bdd` that this project may use, over `node:test`.
 * @module
 */
export { after as afterAll, afterEach, before as beforeAll, beforeEach, describe, it } from "node:test";

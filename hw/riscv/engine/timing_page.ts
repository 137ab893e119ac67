/**
 * What the timing graph keeps in linear memory, where WebAssembly and JavaScript both reach it. Places are in bytes.
 * @module
 */

/** From where it begins: how many nodes there are; slots of the table of states, less one; where records end; */
export const NODE_COUNT = 0,
  SLOT_MASK = 4,
  RECORDS_END = 8,
  /** bytes of tables of targets; whether something else has no more room; whether passages are compared with the pipeline. */
  TABLES = 12,
  FULL = 16,
  VERIFIES = 20;

/**
 * The state in view: its number, or -1 if it is not there whole; its shape and what kind of shape that is; where the fetch
 * goes on; registers and loops; the instruction that leaves next, the one in decode, the address of the former; where what
 * the fetch brings begins; the target of a jump to a known place; what decides on its passage.
 */
export const V_STATE = 32,
  V_SHAPE = 36,
  V_FLAGS = 40,
  V_AT = 44,
  V_REST = 48,
  V_OP = 52,
  V_GHOST = 56,
  V_PC = 60,
  V_BEGIN = 64,
  V_JUMP = 68,
  V_KEY1 = 72,
  V_KEY2 = 76;

/**
 * A node: the shape of its state; address of the instruction that the fetch has ready next; address of the one in decode, or
 * the word of the one that was there; target of a taken branch; registers, five bits each, and the number of the hardware
 * loops' starts and ends; what is known of it: the kind, and above it the number of a passage, from 1 on of the many, from
 * -1 down of one of its own; nodes behind the answers 0 and 1, from 1 on, 0 for none.
 */
export const SHAPE = 0,
  AT = 4,
  HELD = 8,
  TARGET = 12,
  REST = 16,
  KNOWN = 20,
  FOLLOWING = 24,
  OTHERWISE = 28,
  NODE_BYTES = 32;
/** Where in the registers these begin: those that the execute stage and write back write, the loops. */
export const WRITTEN_BIT = 5, BACK_BIT = 10, LOOPS_BIT = 15;
/** Instead of the shape, in a node to which answers were given: then the next numbers are the state's and the answers'. */
export const ANSWERED = -1;
/** Kinds of nodes: not looked at; an instruction; a question; something that only the pipeline can do; cycles without an instruction. */
export const UNKNOWN = 0, EXECUTE = 1, DECIDE = 2, ESCAPE = 3, PASS = 4;

/** Bits of a node's kind. */
export const KIND_BITS = 3, KIND_MASK: number = (1 << KIND_BITS) - 1;

/** Kinds of shapes, see `Shape`; and whether a fetch is under way. */
export const IS_WHOLE = 1,
  DECODES = 2,
  BRANCHES = 4,
  JUMPED = 8,
  LOADS = 16,
  WRITES = 32,
  WRITES_BACK = 64,
  IS_FETCHING = 128;

/**
 * A passage that many have: its keys; the kind of node where it begins; cycles, hardware loops that count, what it asks or
 * -1; where registers and the rest of the next state come from; its shape, the distances to what the fetch has ready and
 * to what is decoded; distances of lines that are fetched, a bit for each two bytes, from where the fetch begins and from
 * the jump's target; the numbers of what follows the answers 0 and 1, or 0; the next one in its list.
 */
export const P_KEY1 = 0,
  P_KEY2 = 4,
  P_KIND = 8,
  P_CYCLES = 12,
  P_COUNTED = 16,
  P_ASKS = 20,
  P_SOURCES = 24,
  P_SHAPE = 28,
  P_AT = 32,
  P_HELD = 36,
  P_FETCHES = 40,
  P_JUMP_FETCHES = 44,
  P_ANSWERS = 48,
  P_NEXT = 56,
  PASSAGE_BYTES = 64;
/** Sources: places of the registers' and of what is held; whether the fetch follows a jump; a branch; a next state at all. */
export const LOADED_FROM = 0, WRITTEN_FROM = 3, BACK_FROM = 6, HELD_FROM = 9;
export const FOLLOWS_JUMP: number = 1 << 11, TAKES_BRANCH: number = 1 << 12, LEADS_ON: number = 1 << 13;

/** An instruction: its word, what the keys of passages are made of, what its records hold, the next one in its list. */
export const O_WORD = 0,
  O_CLASS = 4,
  O_SOURCE_A = 8,
  O_SOURCE_B = 12,
  O_SOURCE_C = 16,
  O_ALU_TARGET = 20,
  O_LOAD_TARGET = 24,
  O_JUMP = 28,
  O_DIVIDE = 32,
  O_CODE = 36,
  O_RD = 40,
  O_RS1 = 44,
  O_RS2 = 48,
  O_RS3 = 52,
  O_IMM = 56,
  O_IMM2 = 60,
  O_POINTER = 64,
  O_NEXT = 68,
  OPERATION_BYTES = 72;

/** As many as there is room for, of shapes, loops, instructions, passages and nodes. */
export const MOST_SHAPES: number = 1 << 15,
  MOST_LOOPS: number = 1 << 14,
  MOST_OPERATIONS: number = 1 << 15,
  MOST_PASSAGES: number = 1 << 15,
  MOST_NODES: number = 1 << 17;
/** Lists of instructions and of passages, and slots of the table of states at first and at most; powers of two. */
export const OPERATION_LISTS = 8192,
  PASSAGE_LISTS = 4096,
  FIRST_SLOTS: number = 1 << 16,
  MOST_SLOTS: number = 2 * MOST_NODES;

/** Where lists and tables lie: kinds of shapes; starts and ends of loops; instructions; passages; nodes; */
export const SHAPES = 128,
  LOOPS: number = SHAPES + 4 * MOST_SHAPES,
  OPERATION_HEADS: number = LOOPS + 16 * MOST_LOOPS,
  OPERATIONS: number = OPERATION_HEADS + 4 * OPERATION_LISTS,
  PASSAGE_HEADS: number = OPERATIONS + OPERATION_BYTES * MOST_OPERATIONS,
  PASSAGES: number = PASSAGE_HEADS + 4 * PASSAGE_LISTS,
  NODES: number = PASSAGES + PASSAGE_BYTES * MOST_PASSAGES,
  STATE_TABLE: number = NODES + NODE_BYTES * MOST_NODES,
  /** the record of each node, 0 for none. */
  PLACES: number = STATE_TABLE + 4 * MOST_SLOTS,
  TIMING_BYTES: number = PLACES + 4 * MOST_NODES;

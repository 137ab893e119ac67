/**
 * How the timing graph is gone through, as a text for {@linkcode compileText}.
 * @module
 */

/** What a state is about. `word` gives the words of code. */
export const VIEW_TEXT: string = `
// The instruction word at an address, as operations have it.
function instruction(address) {
  let low = word(address & -4);
  if (address & 2) {
    low = low >>> 16;
    if ((low & 3) == 3) { low = word((address & -4) + 4) << 16 | low; }
  }
  return decode(low);
}

function decode(low) {
  if ((low & 3) != 3) { low = low & 0xffff; }
  let head = OPERATION_HEADS + (((low ^ low >>> 7 ^ low >>> 20) & OPERATION_MASK) << 2);
  let op = [head];
  while (op) {
    if (op.O_WORD == low) { return op; }
    op = op.O_NEXT;
  }
  return decodeFirst(low, head);
}

// Which of the instructions from an address on are compressed; and, if one of them begins in the last word of its line, what
// looks like one at the end of the line behind.
function sizes(address, count) {
  let behind = (address & -16) + 16;
  let found = 0;
  let far = 0;
  let i = 0;
  while (i < count) {
    if ((address & 12) == 12) { far = WATCHES_LINES; }
    let low = word(address & -4);
    if (address & 2) { low = low >>> 16; }
    if ((low & 3) == 3) { address = address + 4; }
    else { found = found | 1 << i; address = address + 2; }
    i = i + 1;
  }
  if (far) { if ((word(behind + 12) >>> 16 & 3) != 3) { return found | FAR_BIT; } }
  return found;
}

// Whether the end of a hardware loop is near.
function loopsNear(rest, address) {
  let loops = LOOPS + (rest >>> LOOPS_BIT << 4);
  return leu([loops + 8] - address, REACH_BYTES) | leu([loops + 12] - address, REACH_BYTES);
}

// What an instruction in decode has to do with the registers that are on their way.
function hazards(flags, rest, op) {
  let loaded = rest & 31;
  let a = op.O_SOURCE_A;
  let found = 0;
  if (flags & LOADS) {
    if (loaded && (loaded == a || loaded == op.O_SOURCE_B || loaded == op.O_SOURCE_C)) { found = 1; }
    if (loaded == op.O_ALU_TARGET) { found = found | 2; }
  }
  if (a && op.O_JUMP == JUMP_JALR) {
    if (flags & LOADS && loaded == a) { found = found | 4; }
    if (flags & WRITES && (rest >>> WRITTEN_BIT & 31) == a) { found = found | 8; }
    if (flags & WRITES_BACK && (rest >>> BACK_BIT & 31) == a) { found = found | 16; }
  }
  return found;
}

// How the target of a jump lies, as a number of 7 bits; negative if that is not all that matters.
function lie(target) {
  if (loopsNear(PAGE.V_REST, target)) { return -1; }
  return sizes(target, MANY) | (target & ~LINE_MASK) << 3;
}

// Looks at a state; whether its passage depends on no more than the keys.
function look(state) {
  let row = NODES + state * NODE_BYTES;
  let shape = row.SHAPE;
  PAGE.V_STATE = -1;
  if (geu(shape, MOST_SHAPES)) { return 0; }
  let flags = [SHAPES + (shape << 2)];
  PAGE.V_SHAPE = shape;
  PAGE.V_FLAGS = flags;
  if (!(flags & IS_WHOLE)) { return 0; }
  let at = row.AT;
  let held = row.HELD;
  let rest = row.REST;
  PAGE.V_AT = at;
  PAGE.V_REST = rest;
  if (loopsNear(rest, at)) { return 0; }
  let ghost = flags & DECODES ? instruction(held) : decode(held);
  PAGE.V_GHOST = ghost;
  if (!ghost.O_CLASS) { return 0; }
  let both = (flags & (LOADS | WRITES_BACK)) == (LOADS | WRITES_BACK) && (rest & 31) == (rest >>> BACK_BIT & 31);
  PAGE.V_KEY1 = shape << 13 | ghost.O_CLASS << 6 | hazards(flags, rest, ghost) << 1 | both;
  let key = 0;
  let op = ghost;
  let pc = held;
  let begin = at;
  if ((flags & (DECODES | BRANCHES)) == DECODES) { key = sizes(at, FEW); }
  else {
    if (flags & BRANCHES) {
      begin = row.TARGET & -2;
      if (loopsNear(rest, begin)) { return 0; }
      key = (begin & ~LINE_MASK) << 3;
    }
    pc = begin;
    op = instruction(pc);
    // Two divisions might ask about the same register.
    if (!op.O_CLASS || flags & JUMPED || op.O_DIVIDE && ghost.O_DIVIDE) { return 0; }
    key = key | sizes(begin, MANY) | op.O_CLASS << 7 | hazards(flags, rest, op) << 14;
  }
  PAGE.V_OP = op;
  PAGE.V_PC = pc;
  PAGE.V_BEGIN = begin;
  PAGE.V_JUMP = 0;
  if (op.O_JUMP == JUMP_JAL && !(op == ghost && flags & JUMPED)) {
    let jump = pc + op.O_IMM & -2;
    let lies = lie(jump);
    if (lies < 0) { return 0; }
    PAGE.V_JUMP = jump;
    key = key | JUMPS | lies << 20;
  }
  PAGE.V_KEY2 = key;
  PAGE.V_STATE = state;
  return 1;
}

// Looks at a state again at which nothing else was found to matter; the keys may be old.
function lookAgain(state) {
  if (PAGE.V_STATE != state) { look(state); }
}
`;

/** Passages that are known. */
export const PASSAGES_TEXT: string = `
// The passage of what is in view, or 0.
function passage() {
  let key1 = PAGE.V_KEY1;
  let key2 = PAGE.V_KEY2;
  let found = [passages(key1, key2)];
  while (found) {
    if (found.P_KEY1 == key1 && found.P_KEY2 == key2) { return found; }
    found = found.P_NEXT;
  }
  return 0;
}

// Where the list begins with the passage that has two keys.
function passages(key1, key2) {
  let hash = (key1 ^ key2 * 0x9e3779b1) * 0x85ebca6b;
  return PASSAGE_HEADS + (((hash ^ hash >>> 15) & PASSAGE_MASK) << 2);
}

// Remembers a passage by its keys.
function remember(passage) {
  let head = passages(passage.P_KEY1, passage.P_KEY2);
  passage.P_NEXT = [head];
  [head] = passage;
}

// Tells of the fetches of a passage that was known; whether it still is.
function use(passage, jump) {
  let same = 1;
  if (IS_SHARED & PAGE.V_FLAGS) { same = pending(); }
  let fetches = passage.P_FETCHES;
  while (fetches) {
    same = same & fetch((PAGE.V_BEGIN & LINE_MASK) + (ctz(fetches) << 1));
    fetches = fetches & fetches - 1;
  }
  fetches = passage.P_JUMP_FETCHES;
  while (fetches) {
    same = same & fetch((jump & LINE_MASK) + (ctz(fetches) << 1));
    fetches = fetches & fetches - 1;
  }
  return same;
}

// The state to which a passage leads from what is in view.
function after(passage, jump) {
  let sources = passage.P_SOURCES;
  let rest = PAGE.V_REST;
  let op = PAGE.V_OP;
  let next = rest & -1 << LOOPS_BIT;
  let from = sources >>> LOADED_FROM & 7;
  if (from == FROM_OPERATION) { next = next | op.O_LOAD_TARGET; }
  else if (from == FROM_LOADED) { next = next | rest & 31; }
  from = sources >>> WRITTEN_FROM & 7;
  if (from == FROM_OPERATION) { next = next | op.O_ALU_TARGET << WRITTEN_BIT; }
  else if (from == FROM_WRITTEN) { next = next | rest & 31 << WRITTEN_BIT; }
  from = sources >>> BACK_FROM & 7;
  if (from == FROM_LOADED) { next = next | (rest & 31) << BACK_BIT; }
  else if (from == FROM_WRITTEN_BACK) { next = next | rest & 31 << BACK_BIT; }
  let begin = sources & FOLLOWS_JUMP ? jump : PAGE.V_BEGIN;
  from = sources >>> HELD_FROM & 3;
  let ghost = PAGE.V_GHOST;
  let held = ghost.O_WORD;
  if (from == HOLDS_FETCHED) { held = begin + passage.P_HELD; }
  else if (from == HOLDS_OPERATION) { held = PAGE.V_PC; }
  else if (from == HELD_OPERATION) { held = op.O_WORD; }
  let target = 0;
  if (sources & TAKES_BRANCH) { target = PAGE.V_PC + op.O_IMM; }
  return find(passage.P_SHAPE, begin + passage.P_AT, held, target, next);
}
`;

/** Nodes. */
export const NODES_TEXT: string = `
// The node with a state.
function find(shape, at, held, target, rest) {
  if (PAGE.NODE_COUNT << 1 > PAGE.SLOT_MASK && PAGE.SLOT_MASK < MOST_SLOTS - 1) { grow(); }
  let slot = slotOf(shape, at, held, target, rest);
  let number = [slot];
  if (!number) {
    number = add(shape, at, held, target, rest) + 1;
    [slot] = number;
  }
  return number - 1;
}

// Where the table has a state, or has room for it. States of instructions that lie one behind the other do so, too; where
// there are too many, the others are scattered.
function slotOf(shape, at, held, target, rest) {
  let hash = shape * 0x9e3779b1 ^ rest * 0x85ebca6b ^ (held - at) * 0xc2b2ae35 ^ target * 0x27d4eb2f;
  hash = hash ^ hash >>> 15;
  let slot = (at >>> 1) + (hash & 7);
  let tries = 0;
  while (1) {
    let place = STATE_TABLE + ((slot & PAGE.SLOT_MASK) << 2);
    let number = [place];
    if (!number) { return place; }
    let row = NODES + (number - 1) * NODE_BYTES;
    if (row.AT == at && row.SHAPE == shape && row.HELD == held && row.REST == rest && row.TARGET == target) {
      return place;
    }
    slot = slot + 1;
    tries = tries + 1;
    if (tries == MOST_NEIGHBOURS) { slot = hash ^ at * 0x165667b1; }
  }
}

function add(shape, at, held, target, rest) {
  let number = PAGE.NODE_COUNT;
  if (number == MOST_NODES) { overflow(); }
  let row = NODES + number * NODE_BYTES;
  row.SHAPE = shape;
  row.AT = at;
  row.HELD = held;
  row.TARGET = target;
  row.REST = rest;
  row.KNOWN = 0;
  row.FOLLOWING = 0;
  row.OTHERWISE = 0;
  PAGE.NODE_COUNT = number + 1;
  return number;
}

function grow() {
  PAGE.SLOT_MASK = PAGE.SLOT_MASK << 1 | 1;
  let slot = 0;
  while (slot <= PAGE.SLOT_MASK) {
    [STATE_TABLE + (slot << 2)] = 0;
    slot = slot + 1;
  }
  let number = 0;
  while (number < PAGE.NODE_COUNT) {
    let row = NODES + number * NODE_BYTES;
    number = number + 1;
    if (row.SHAPE >= 0) { [slotOf(row.SHAPE, row.AT, row.HELD, row.TARGET, row.REST)] = number; }
  }
}

// What kind a node is, looked at if nobody has yet.
function looked(node) {
  let row = NODES + node * NODE_BYTES;
  let known = row.KNOWN;
  if (known & KIND_MASK) { return known & KIND_MASK; }
  // What follows answers may be known beforehand.
  if (!known && row.SHAPE >= 0) {
    if (look(node)) {
      let found = passage();
      if (!found) { found = learn(node); }
      if (found) {
        if (use(found, PAGE.V_JUMP)) {
          let number = passageNumber(found);
          if (PAGE.VERIFIES) { verify(number, node, -1); }
          row.KNOWN = number << KIND_BITS | found.P_KIND;
          if (found.P_SOURCES & LEADS_ON) { row.FOLLOWING = after(found, PAGE.V_JUMP) + 1; }
          return found.P_KIND;
        }
      }
    }
  }
  return ask(node);
}

function passageNumber(passage) {
  return (passage - PASSAGES) >>> PASSAGE_BITS;
}

// Where a node leads after an answer, 0 or 1; 0 if it asks nothing.
function followed(node, answer) {
  let row = NODES + node * NODE_BYTES;
  let met = [row + FOLLOWING + (answer << 2)];
  if (met) { return met - 1; }
  let number = row.KNOWN >> KIND_BITS;
  if ((row.KNOWN & KIND_MASK) == EXECUTE && number > 0 && row.SHAPE >= 0) {
    number = [PASSAGES + number * PASSAGE_BYTES + P_ANSWERS + (answer << 2)];
    if (number) {
      let found = PASSAGES + number * PASSAGE_BYTES;
      lookAgain(node);
      if (use(found, PAGE.V_JUMP)) {
        if (PAGE.VERIFIES) { verify(number, node, answer); }
        let next = after(found, PAGE.V_JUMP);
        [row + FOLLOWING + (answer << 2)] = next + 1;
        return next;
      }
    }
  }
  return follow(node, answer);
}
`;

/** Their records. */
export const RECORDS_TEXT: string = `
// The node of a record, or -1.
function nodeAt(place) {
  return place & OFF_RECORD || geu(place, PAGE.RECORDS_END) ? -1 : place.NODE - 1;
}

// A record that is not filled in.
function allocate(node) {
  let place = PAGE.RECORDS_END;
  PAGE.RECORDS_END = place + RECORD_BYTES;
  place.CODE = RESOLVE;
  place.NODE = node + 1;
  return place;
}

// The record of a node that need not be looked at yet.
function unlooked(node) {
  let at = PLACES + (node << 2);
  let place = [at];
  if (place) { return place; }
  place = allocate(node);
  [at] = place;
  return place;
}

// The record of a node, filled in when it is first asked for.
function placeOf(node) {
  let place = [PLACES + (node << 2)];
  if (place) { return place; }
  place = unlooked(node);
  fill(place, node);
  return place;
}

function full() {
  return PAGE.RECORDS_END + PAGE.TABLES > LAST_RECORD || PAGE.NODE_COUNT > MOST_NODES_AT_ONCE || PAGE.FULL;
}

function fill(place, node) {
  let kind = looked(node);
  if (kind == ESCAPE || full()) {
    place.CODE = STOP;
    return 0;
  }
  if (kind == DECIDE) { return fillQuestion(place, node); }
  let row = NODES + node * NODE_BYTES;
  let number = row.KNOWN >> KIND_BITS;
  let found = number > 0 ? PASSAGES + number * PASSAGE_BYTES : ownPassage(node);
  if (number > 0) { lookAgain(row.SHAPE < 0 ? row.AT : node); }
  let pc = kind == PASS ? -1 : PAGE.V_PC;
  let op = PAGE.V_OP;
  let at = place;
  // Straight code has an instruction that begins at each such address, or one half of an instruction behind it.
  if (found.P_COUNTED || (pc & UNBROKEN_MASK) <= 2) {
    at = allocate(node);
    place.CODE = RECORD_COUNT;
    place.IMM = found.P_COUNTED;
    place.NEXT0 = at;
    at.COUNTED = found.P_COUNTED;
  }
  at.CYCLES = found.P_CYCLES;
  if (kind == PASS) {
    at.CODE = RECORD_PASS;
    at.NEXT0 = unlooked(row.FOLLOWING - 1);
    return 0;
  }
  at.CODE = op.O_CODE;
  at.RD = op.O_RD;
  at.RS1 = op.O_RS1;
  at.RS2 = op.O_RS2;
  at.RS3 = op.O_RS3;
  at.IMM = op.O_IMM;
  at.TICK = 1;
  at.IMM2 = op.O_IMM2;
  at.POINTER = op.O_POINTER;
  let asks = found.P_ASKS;
  if (asks < 0) {
    at.NEXT0 = unlooked(row.FOLLOWING - 1);
    at.PC = pc;
    // A division whose divisor a ghost asked for before compares with it all the same.
    if (op.O_DIVIDE) { at.ANSWER = -1; }
  } else if (asks == ASK_DIVISOR) {
    at.ANSWER = 0;
    at.NEXT1 = at + STUB0;
  } else {
    if (asks == ASK_CROSSING || asks == ASK_TAKEN) { at.NEXT0 = unlooked(followed(node, 0)); }
    else { at.NEXT0 = at + STUB0; }
    at.NEXT1 = at + STUB1;
  }
}

// Whether it is known where an instruction leads, or at least likely: accesses do not cross words, and what is behind a
// branch is needed sooner or later.
function leads(node) {
  let row = NODES + node * NODE_BYTES;
  if ((row.KNOWN & KIND_MASK) != EXECUTE) { return 0; }
  let number = row.KNOWN >> KIND_BITS;
  let found = number > 0 ? PASSAGES + number * PASSAGE_BYTES : ownPassage(node);
  let asks = found.P_ASKS;
  return asks < 0 || asks == ASK_CROSSING || asks == ASK_TAKEN;
}

// Fills in what follows an instruction as long as it leads on, and there is room.
function lookAhead(node) {
  let i = 0;
  while (i < MOST_AHEAD) {
    if (full()) { return 0; }
    if (!leads(node)) { return 0; }
    node = followed(node, 0);
    let place = unlooked(node);
    if (place.CODE != RESOLVE) { return 0; }
    fill(place, node);
    i = i + 1;
  }
}

// Fills in a record, or finds the one that it stands for; the record to go on with.
function resolve(place) {
  let node = nodeAt(place);
  if (node >= 0) {
    fill(place, node);
    lookAhead(node);
    return place;
  }
  let answer = (place & OFF_RECORD) == STUB1;
  let parent = place - (answer ? STUB1 : STUB0);
  node = followed(nodeAt(parent), answer);
  // Whoever stores before he goes there relies on it.
  looked(node);
  let next = placeOf(node);
  if (parent.NEXT1 == place) { parent.NEXT1 = next; }
  if (parent.NEXT0 == place) { parent.NEXT0 = next; }
  lookAhead(node);
  return next;
}
`;

"use strict";
// Runs one world at a time in the engine's loop, as `sim.engine.compiled.engine.CompiledEngine`
// does: it lays out the arrays, calls the loop, and makes stores longer when the loop asks for it.

const BASE = 1 << 21; // bytes: the loop's stack and constants lie below
const ALIGNED = 64;
const PAGE = 65536;
const MOST_BYTES = 1 << 30; // of one worker; a run that needs more is refused
const SLICE = 50000n; // events in one call of the loop
const [DONE, MORE] = [0, 1];

// Reads what `sim.report.live.worlds.packed` wrote.
const unpack = (bytes) => {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = Number(view.getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  return { header, data: bytes.subarray(8 + length) };
};

// The columns of all worlds, taken apart into bytes; each is put together once, when first needed.
class Columns {
  constructor(header, data) {
    Object.assign(this, { header, data, made: [] });
  }

  // Returns a column as 32-bit words: of one record if all are alike, else of every record.
  words(place, width) {
    return this.made[place] ??= this.put(this.header.columns[place], width);
  }

  put([at, count], width) {
    if (typeof at === "string") {
      const bytes = Uint8Array.from(at.match(/../g) ?? [], (pair) => parseInt(pair, 16));
      return new Uint32Array(bytes.buffer);
    }
    const bytes = new Uint8Array(count * width);
    for (let b = 0; b < width; b++) {
      const plane = this.data.subarray(at + b * count, at + (b + 1) * count);
      for (let i = 0; i < count; i++) bytes[i * width + b] = plane[i];
    }
    return new Uint32Array(bytes.buffer);
  }
}

class Engine {
  // `layout` as of `sim.report.live.worlds.layout_of`; `entry` is the loop's name in the module.
  constructor(module, layout, columns, entry) {
    this.memory = new WebAssembly.Memory({ initial: 64, maximum: MOST_BYTES / PAGE });
    const { exports } = new WebAssembly.Instance(module, { env: {
      memory: this.memory, fmod: (value, by) => value % by,
    } });
    Object.assign(this, { layout, columns, exports, loop: exports[entry] });
  }

  // --- memory ---------------------------------------------------------------------------

  get u32() {
    if (this.u32s?.buffer !== this.memory.buffer) this.u32s = new Uint32Array(this.memory.buffer);
    return this.u32s;
  }

  get f64() {
    if (this.f64s?.buffer !== this.memory.buffer) this.f64s = new Float64Array(this.memory.buffer);
    return this.f64s;
  }

  get i64() {
    if (this.i64s?.buffer !== this.memory.buffer) this.i64s = new BigInt64Array(this.memory.buffer);
    return this.i64s;
  }

  get i32() {
    if (this.i32s?.buffer !== this.memory.buffer) this.i32s = new Int32Array(this.memory.buffer);
    return this.i32s;
  }

  setWhole(at, value) {
    this.i64[at / 8] = BigInt(value);
  }

  // Returns a field of an array's record: a number, or a whole one of eight or four bytes.
  get(name, field, record = 0) {
    const [, kind, bytes] = this.layout.records[name][field];
    const at = this.field(name, field, record);
    if (kind === "f") return this.f64[at / 8];
    return bytes === 8 ? Number(this.i64[at / 8]) : this.i32[at / 4];
  }

  set(name, field, record, value) {
    const at = this.field(name, field, record);
    if (this.layout.records[name][field][2] === 8) this.i64[at / 8] = BigInt(value);
    else this.i32[at / 4] = value;
  }

  // Makes room above what is used, in all for so many bytes.
  reserve(bytes) {
    const missing = bytes - this.memory.buffer.byteLength;
    if (bytes > MOST_BYTES) throw new Error("needs more memory than a page may take");
    if (missing > 0) this.memory.grow(Math.min(Math.ceil(missing / PAGE) + 64,
      (MOST_BYTES - this.memory.buffer.byteLength) / PAGE));
  }

  // Returns the address of so many new bytes, all 0.
  allocate(bytes) {
    const at = this.top;
    this.top = Math.ceil((at + Math.max(bytes, 8)) / ALIGNED) * ALIGNED;
    this.reserve(this.top);
    this.u32.fill(0, at / 4, this.top / 4);
    return at;
  }

  // --- a world ---------------------------------------------------------------------------

  // Lays out a world before time starts; `patches` are [array, word, value] for what was changed.
  start(world, patches = []) {
    this.top = BASE;
    this.arrays = {};
    this.layout.arrays.forEach((name, place) => {
      if (!Array.isArray(world[place])) this.arrays[name] = this.lay(world[place]);
    });
    this.layout.arrays.forEach((name, place) => {
      if (Array.isArray(world[place])) this.arrays[name] = this.inside(...world[place]);
    });
    this.tables = ["W", "E"].map((letter) => this.table(letter));
    this.back = this.allocate(64);
    this.trouble = this.allocate(64);
    for (const [name, word, value] of patches) this.f64[this.arrays[name].at / 8 + word] = value;
  }

  lay(number) {
    const [shape, item, width, columns] = this.columns.header.arrays[number];
    const count = shape.reduce((product, axis) => product * axis, 1);
    const at = this.allocate(count * item);
    if (count) columns.forEach((column, place) =>
      this.fill(at + place * width, count, item, this.columns.words(column, width), width / 4));
    return { at, shape: [...shape], item, count };
  }

  // Writes a column into every record of an array.
  fill(at, count, item, words, wide) {
    const [target, first, step] = [this.u32, at / 4, item / 4];
    const single = words.length === wide;
    if (single && words.every((word) => word === 0)) return;
    for (let part = 0; part < wide; part++) {
      if (single) {
        for (let i = 0, to = first + part; i < count; i++, to += step) target[to] = words[part];
      } else {
        for (let i = 0, to = first + part, from = part; i < count; i++, to += step, from += wide) {
          target[to] = words[from];
        }
      }
    }
  }

  inside(offset, item, ...shape) {
    const count = shape.reduce((product, axis) => product * axis, 1);
    return { at: this.arrays["W.changing"].at + offset, shape, item, count };
  }

  // Writes where each array of an arena lies and how long its axes are; returns the address.
  table(letter) {
    const arrays = Object.entries(this.arrays).filter(([name]) => name[0] === letter);
    const ordered = this.layout.arrays.filter((name) => name[0] === letter);
    const cells = arrays.reduce((sum, [, array]) => sum + 1 + array.shape.length, 0);
    let cell = this.allocate(8 * cells);
    const at = cell;
    for (const name of ordered) {
      this.arrays[name].cell = cell;
      this.enter(this.arrays[name]);
      cell += 8 * (1 + this.arrays[name].shape.length);
    }
    return at;
  }

  enter({ cell, at, shape }) {
    [at, ...shape].forEach((value, place) => this.setWhole(cell + 8 * place, value));
  }

  // Returns the address of a field of an array's first record, or of another's.
  field(name, field, record = 0) {
    const array = this.arrays[name];
    return array.at + record * array.item + this.layout.records[name][field][0];
  }

  // --- time ----------------------------------------------------------------------------

  // Runs the world that was started to its end, and returns how often stores were made longer.
  run() {
    let grown = 0;
    if (this.get("W.run", "months") === 0) return grown;
    for (let state = MORE; state !== DONE;) {
      this.exports.begin_scratch(BigInt(this.top));
      this.reserve(this.top + (8 << 20) + 64 * this.arrays["W.people"].count);
      const failed = this.loop(this.back, this.trouble, ...this.tables, SLICE, 0);
      if (failed) throw new Error(`the loop failed with ${failed}`);
      state = Number(this.i64[this.back / 8]);
      if (state !== DONE && state !== MORE) {
        this.grow();
        grown += 1;
      }
    }
    return grown;
  }

  // Gives an array a new place and length; its first `kept` records stay.
  move(name, count, kept) {
    const array = this.arrays[name];
    const [from, at] = [array.at, this.allocate(count * array.item)];
    this.u32.copyWithin(at / 4, from / 4, (from + kept * array.item) / 4);
    Object.assign(array, { at, count, shape: [count] });
    this.enter(array);
  }

  // As `CompiledEngine._grow`.
  grow() {
    const run = (field) => this.get("W.run", field);
    const left = Object.values(this.layout.stores).map(([, , count]) => run(count));
    if (Math.min(...left) < run("reserve")) this.growStores(run);
    this.growState(run);
  }

  // As `sim.model.build.grow_stores`.
  growStores(run) {
    const short = Object.entries(this.layout.stores)
      .filter(([, [, , count]]) => run(count) < 2 * run("reserve"));
    for (const [name, row] of short) this.double(`W.${name}`, run, row[2]);
    if (short.some(([name]) => name === "hearings")) this.chain(run("free_hearing"));
    const [people, contacts] = [this.arrays["W.people"].count, this.arrays["W.contacts"].count];
    const room = Math.max(people + contacts + this.layout.spare, this.arrays["W.scheduled"].count);
    this.move("W.scheduled", room, 0);
  }

  double(name, run, left) {
    const size = this.arrays[name].count;
    if (2 * size > this.layout.most) throw new Error("word of mouth or contacts explode");
    this.move(name, 2 * size, size);
    this.set("W.run", left, 0, run(left) + size);
  }

  // As `sim.model.hash_table.build_hearing_table`.
  chain(firstFree) {
    const { count } = this.arrays["W.hearings"];
    const buckets = 2 ** Math.ceil(Math.log2(count));
    this.move("W.heard", buckets, 0);
    const heard = this.arrays["W.heard"].at;
    this.i32.fill(-1, heard / 4, heard / 4 + buckets);
    const hearing = (field, h) => this.get("W.hearings", field, h);
    const free = new Uint8Array(count);
    for (let h = firstFree; h < count; h += 1 + hearing("next_of_story", h)) free[h] = 1;
    for (let h = 0; h < count; h++) {
      if (free[h]) continue;
      const bucket = heard / 4 + this.bucket(hearing("person", h), hearing("story", h), buckets);
      this.set("W.hearings", "next_in_bucket", h, this.i32[bucket]);
      this.i32[bucket] = h;
    }
  }

  // As `sim.model.hash_table.bucket_of`.
  bucket(first, second, buckets) {
    const pair = (BigInt(first) << 32n) | BigInt(second);
    const mixed = BigInt.asUintN(64, pair * 0x9E3779B97F4A7C15n);
    return Number((mixed >> 32n) & BigInt(buckets - 1));
  }

  // As `sim.engine.compiled.engine_state.with_capacity`.
  growState(run) {
    const counter = (field) => this.get("E.counters", field);
    const [waiters, later] = [this.arrays["E.waiters"].count, this.arrays["E.later"].count];
    const room = this.arrays["E.soon"].count;
    this.move("E.waiters", this.arrays["W.contacts"].count, waiters);
    const inside = counter("soon") + counter("later");
    const months = this.arrays["W.months"].count;
    const wanted = inside + counter("reserve") + this.arrays["W.people"].count + months;
    if (wanted <= room) return;
    const size = wanted + Math.floor(inside / 2);
    this.move("E.soon", size, counter("soon"));
    this.move("E.later", counter("people") + size, later);
  }
}

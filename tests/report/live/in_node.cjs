// Runs packed worlds in the module as a page does, and writes what became of every array.
const fs = require("fs");
const zlib = require("zlib");

const [folder] = process.argv.slice(2);
const read = (name) => fs.readFileSync(`${folder}/${name}`);
const source = `${read("worker.js")}
return { unpack, Columns, Engine, Tallies };`;
const { unpack, Columns, Engine, Tallies } = new Function(source)();

const { header, data } = unpack(zlib.gunzipSync(read("worlds")));
const module_ = new WebAssembly.Module(zlib.gunzipSync(read("code")));
const engine = new Engine(module_, header.layout, new Columns(header, data), header.entry);
const tasks = JSON.parse(read("tasks.json"));
const done = tasks.map(({ world, patches, terms }, place) => {
  engine.start(header.worlds[world], patches);
  const began = performance.now();
  const grown = engine.run();
  const milliseconds = performance.now() - began;
  const tallies = new Tallies(engine, header.tallies);
  const arrays = header.layout.arrays.map((name) => {
    const { at, count, item, shape } = engine.arrays[name];
    return { name, shape, bytes: Buffer.from(engine.memory.buffer, at, count * item) };
  });
  fs.writeFileSync(`${folder}/${place}.after`, Buffer.concat(arrays.map(({ bytes }) => bytes)));
  return { grown, milliseconds, shapes: arrays.map(({ name, shape }) => [name, shape]),
    values: tallies.whole(),
    terms: Object.fromEntries((terms ?? []).map((term) => [term.key, tallies.term(term)])) };
});
const plain = (_, value) => typeof value === "number" && !Number.isFinite(value) ? null : value;
fs.writeFileSync(`${folder}/done.json`, JSON.stringify(done, plain));

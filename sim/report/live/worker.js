"use strict";
// Runs worlds, one after the other, as it is told; see `sliders.js`.
let engine, header, terms;

const begin = ({ module, packed, claimed }) => {
  const found = unpack(new Uint8Array(packed));
  header = found.header;
  terms = claimed;
  engine = new Engine(module, header.layout, new Columns(header, found.data), header.entry);
  return { ready: true };
};

const answer = ({ id, world, patches, policy }) => {
  engine.start(header.worlds[world], patches);
  engine.run();
  const tallies = new Tallies(engine, header.tallies);
  const claimed = terms.filter((term) => term.policy === policy);
  const values = Object.fromEntries(claimed.map((term) => [term.key, tallies.term(term)]));
  return { id, values: tallies.whole(), terms: values };
};

if (typeof postMessage === "function") {
  self.onmessage = ({ data }) => {
    try {
      postMessage(data.module ? begin(data) : answer(data));
    } catch (error) {
      postMessage({ id: data.id, error: String(error.message ?? error) });
    }
  };
}

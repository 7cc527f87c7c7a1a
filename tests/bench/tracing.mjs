/**
 * Starts and stops Chromium's own trace, with the CPU time of each event.
 *
 * Newer builds of Chromium leave that time out unless a config of Perfetto asks for it. Such a config is a protocol
 * buffer; the few fields that matter here are written by hand.
 */

/**
 * @typedef {object} TraceEvent one complete event; times in microseconds
 * @property {string} name
 * @property {number} pid
 * @property {number} tid
 * @property {number} ts
 * @property {number} [dur]
 * @property {number} [tdur] CPU time
 * @property {{ data?: { type?: string } }} [args]
 */

const CATEGORIES = ["toplevel", "cc", "devtools.timeline", "disabled-by-default-devtools.timeline"];
const BUFFER_KB = 200_000;

/**
 * What a browser has done while `action` goes on.
 * @param {import("playwright-core").Browser} browser
 * @param {() => Promise<void>} action
 * @returns {Promise<TraceEvent[]>}
 */
export async function traceOf(browser, action) {
  const session = await browser.newBrowserCDPSession();
  try {
    const perfettoConfig = traceConfig().toString("base64");
    await session.send("Tracing.start", { transferMode: "ReturnAsStream", perfettoConfig, tracingBackend: "chrome" });
    await action();
    const complete = new Promise((/** @type {(handle: string) => void} */ resolve, reject) =>
      session.once("Tracing.tracingComplete", ({ stream, dataLossOccurred }) =>
        stream === undefined || dataLossOccurred ? reject(new Error("The trace is not whole.")) : resolve(stream),
      ),
    );
    await session.send("Tracing.end");
    return JSON.parse(await streamed(session, await complete)).traceEvents;
  } finally {
    await session.detach();
  }
}

/** @param {import("playwright-core").CDPSession} session @param {string} handle */
async function streamed(session, handle) {
  const parts = [];
  for (;;) {
    const { data, base64Encoded, eof } = await session.send("IO.read", { handle });
    parts.push(Buffer.from(data, base64Encoded ? "base64" : "utf8"));
    if (eof) break;
  }
  await session.send("IO.close", { handle });
  return Buffer.concat(parts).toString("utf8");
}

/** Perfetto's `TraceConfig`. The numbers are those of its fields; the name of each is beside it. */
function traceConfig() {
  const asJson = number(3, 1); // convert_to_legacy_json
  const trackEvents = Buffer.concat([
    text(1, "*"), // disabled_categories
    ...CATEGORIES.map((category) => text(2, category)), // enabled_categories
    number(8, 1), // enable_thread_time_sampling
  ]);
  const source = [text(1, "track_event"), bytes(101, asJson), bytes(113, trackEvents)]; // name, chrome_config, track_event_config
  const names = [text(1, "org.chromium.trace_metadata"), bytes(101, asJson)];
  return Buffer.concat([
    bytes(1, number(1, BUFFER_KB)), // buffers, size_kb
    bytes(2, bytes(1, Buffer.concat(source))), // data_sources, config
    bytes(2, bytes(1, Buffer.concat(names))),
  ]);
}

/** @param {number} value */
function varint(value) {
  const out = [];
  for (; value > 127; value >>>= 7) out.push((value & 127) | 128);
  return Buffer.from([...out, value]);
}

/** @param {number} field @param {number} value */
function number(field, value) {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

/** @param {number} field @param {Buffer} value */
function bytes(field, value) {
  return Buffer.concat([varint((field << 3) | 2), varint(value.length), value]);
}

/** @param {number} field @param {string} value */
function text(field, value) {
  return bytes(field, Buffer.from(value));
}

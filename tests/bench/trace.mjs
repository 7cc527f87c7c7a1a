/**
 * What the main thread of a page did, from Chromium's own trace.
 *
 * Times are CPU time of that thread, in milliseconds: on a machine that is shared, a clock on the wall measures the
 * neighbours too. A task is one turn of the event loop; what is painted is rasterised and handed over within one.
 */
import { sum } from "./rows.mjs";
import { traceOf } from "./tracing.mjs";

/**
 * @typedef {import("./tracing.mjs").TraceEvent} TraceEvent
 * @typedef {{ start: number, end: number, cpuMs: number, frameMs: number, drawingMs: number, events: string[] }} Task
 * `frameMs`: handlers of animation frames within it; `drawingMs`: canvases and layers drawn within it for the screen;
 * `events`: types of DOM events dispatched within it
 */

/** Without a GPU a canvas only writes down what it is told; what it has written down is drawn in here. */
const DRAWING = "LayerTreeHost::DoUpdateLayers";
const OF_INTEREST = new Set(["FireAnimationFrame", "EventDispatch", DRAWING]);

/**
 * The tasks of the page's main thread while `action` goes on.
 * @param {import("playwright-core").Browser} browser
 * @param {() => Promise<void>} action
 */
export async function tasksDuring(browser, action) {
  return tasksOf(await traceOf(browser, action));
}

/** @param {TraceEvent[]} events @returns {Task[]} */
function tasksOf(events) {
  const drawing = events.find(({ name }) => name === "FireAnimationFrame");
  if (drawing === undefined) throw new Error("The page has drawn nothing.");
  // What was still going on when the trace ended has no length.
  const main = events.filter(({ pid, tid, dur }) => pid === drawing.pid && tid === drawing.tid && dur !== undefined);
  const tasks = main.filter(({ name }) => name === "RunTask").map(asTask);
  tasks.sort((a, b) => a.start - b.start);
  for (const event of main) {
    if (!OF_INTEREST.has(event.name)) continue;
    const task = tasks.find(({ start, end }) => start <= event.ts && event.ts <= end);
    if (task === undefined) continue;
    if (event.name === "FireAnimationFrame") task.frameMs += cpuMs(event);
    else if (event.name === DRAWING) task.drawingMs += cpuMs(event);
    else task.events.push(event.args?.data?.type ?? "");
  }
  return tasks;
}

/** @param {TraceEvent} event @returns {Task} */
function asTask(event) {
  const end = event.ts + (event.dur ?? 0);
  return { start: event.ts, end, cpuMs: cpuMs(event), frameMs: 0, drawingMs: 0, events: [] };
}

/** @param {TraceEvent} event */
function cpuMs({ tdur }) {
  if (tdur === undefined) throw new Error("This Chromium tells no CPU time.");
  return tdur / 1000;
}

/** Each frame: its handlers and the drawing of what they wrote, and everything since the frame before. @param {Task[]} tasks */
export function framesOf(tasks) {
  /** @type {{ drawnMs: number, allMs: number }[]} */
  const frames = [];
  let allMs = 0;
  for (const task of tasks) {
    allMs += task.cpuMs;
    if (task.frameMs === 0) continue;
    frames.push({ drawnMs: task.frameMs + task.drawingMs, allMs });
    allMs = 0;
  }
  // What came before the first is not known as a whole.
  return frames.slice(1);
}

/**
 * From each event of a type to the end of the task that draws the next frame: all tasks of that stretch. And the
 * same from there to the end of the frame after, in which the panels follow.
 * @param {Task[]} tasks
 * @param {string} type
 */
export function answersTo(tasks, type) {
  const asked = tasks.flatMap((task, i) => (task.events.includes(type) ? [i] : []));
  return asked.map((from) => {
    const frameFrom = (/** @type {number} */ first) => tasks.findIndex((task, i) => i >= first && task.frameMs > 0);
    const to = frameFrom(from);
    if (to < 0) throw new Error(`No frame follows a ${type}.`);
    const took = (/** @type {number} */ first, /** @type {number} */ end) =>
      sum(tasks.slice(first, end).map((task) => task.cpuMs));
    return { pictureMs: took(from, to + 1), panelsMs: took(to + 1, frameFrom(to + 1) + 1) };
  });
}

/**
 * Experiments: which one is chosen, with what settings, and what has come of it so far. One is played at a time, beside
 * whatever the reader does; each trial can be opened as a run.
 */
import { sentence } from "../engine/session.ts";
import type { Survey } from "../engine/survey.ts";
import type { Commission, Experiment, ExperimentInfo, Plan, Summary } from "../engine/types.ts";
import type { App } from "./app.ts";

/** What the page needs to measure; every call fetches the engine first. */
export interface Bench {
  experiments(): Promise<ExperimentInfo[]>;
  experiment(commission: Commission): Promise<Experiment>;
  survey(commission: Commission, plan: Plan, tells: (done: boolean, trouble: string) => void): Promise<Survey>;
}

/** What the reader has filled in; texts, as they stand in the form. */
export interface MeasureForm {
  name: string;
  by: string;
  trials: string;
  seed: string;
  /** "latency=5ms", one a line or separated by commas. */
  set: string;
}

/** The values of one measure of one curve. */
export interface Curve {
  panel: string;
  name: string;
  /** Its place among all curves. */
  at: number;
  trials: number;
  played: number;
  /** The finished ones in order, each with its trial: value times 2 to the 20th, plus the trial's number. */
  sorted: Float64Array;
}

export interface Results {
  plan: Plan;
  curves: readonly Curve[];
  /** By curve, by measure; null before anything was played. */
  summaries: readonly (readonly Summary[] | null)[];
}

export interface Picked {
  curve: number;
  trial: number;
  value: number;
}

export interface MeasureView {
  experiments: readonly ExperimentInfo[];
  form: MeasureForm;
  state: "idle" | "on" | "stopped" | "done" | "failed";
  results: Results | null;
  /** An earlier outcome to compare with. */
  kept: Results | null;
  /** Which measure is shown. */
  measure: number;
  played: number;
  all: number;
  /** Trials a second; 0 while nobody knows. */
  rate: number;
  /** The point that is looked at. */
  picked: Picked | null;
  /** Makes a text to save of all that was played, once it is over. */
  text: ((as: "csv" | "json") => string) | null;
  trouble: string;
}

const FORM: MeasureForm = { name: "figure-16", by: "", trials: "", seed: "1", set: "" };

export const noMeasure: MeasureView = {
  experiments: [],
  form: FORM,
  state: "idle",
  results: null,
  kept: null,
  measure: 0,
  played: 0,
  all: 0,
  rate: 0,
  picked: null,
  text: null,
  trouble: "",
};

/** Beyond this a trial's number does not fit beside its value. */
export const TRIAL_BASE = 2 ** 20;
/** How often curves are drawn anew while they grow. */
const SHOW_MS = 250;

export class Surveyor {
  #app: App;
  #bench: Bench;
  #survey: Survey | null = null;
  #experiment: Experiment | null = null;
  #beganAt = 0;
  #shownAt = 0;
  /** How many trials of each curve are in what is shown. */
  #shown: number[] = [];
  /** Only the newest start counts. */
  #turn = 0;

  constructor(app: App, bench: Bench) {
    this.#app = app;
    this.#bench = bench;
  }

  /** Asks once what can be measured. */
  open(): void {
    if (this.#app.model.measure.experiments.length > 0) return;
    this.#bench.experiments().then(
      (experiments) => this.#set({ experiments }),
      (error) => this.#set({ state: "failed", trouble: sentence(error) }),
    );
  }

  fill(change: Partial<MeasureForm>): void {
    const { form } = this.#app.model.measure;
    // What can vary belongs to the experiment.
    const by = change.name !== undefined && change.name !== form.name ? { by: "", trials: "" } : {};
    this.#set({ form: { ...form, ...by, ...change } });
  }

  begin(): void {
    this.#end();
    const turn = ++this.#turn;
    const commission = commissionOf(this.#app.model.measure.form);
    if (typeof commission === "string") {
      this.#set({ state: "failed", trouble: commission });
      return;
    }
    this.#start(commission, turn).catch((error) => {
      if (turn === this.#turn) this.#set({ state: "failed", trouble: sentence(error) });
    });
  }

  async #start(commission: Commission, turn: number): Promise<void> {
    const experiment = await this.#bench.experiment(commission);
    if (turn !== this.#turn) {
      experiment.free();
      return;
    }
    this.#experiment = experiment;
    const plan = experiment.plan();
    const curves = plan.curves.map(({ panel, name, trials }, at) => ({
      ...{ panel, name, at, trials, played: 0, sorted: new Float64Array() },
    }));
    this.#shown = curves.map(() => 0);
    this.#beganAt = this.#shownAt = this.#app.host.now();
    const all = curves.reduce((sum, curve) => sum + curve.trials, 0);
    const results = { plan, curves, summaries: curves.map(() => null) };
    this.#set({ state: "on", results, all, played: 0, rate: 0, picked: null, text: null, trouble: "", measure: 0 });
    const survey = await this.#bench.survey(commission, plan, (done, trouble) => this.#heard(done, trouble));
    if (turn === this.#turn) this.#survey = survey;
    else survey.stop();
  }

  stop(): void {
    if (this.#app.model.measure.state !== "on") return;
    this.#turn += 1;
    this.#survey?.stop();
    this.#show("stopped", "");
  }

  close(): void {
    this.#end();
  }

  /** Shows another measure of what was played. */
  turnTo(measure: number): void {
    this.#shown = this.#shown.map(() => -1);
    this.#set({ measure, picked: null });
    this.#refresh(this.#app.model.measure.state);
  }

  pick(picked: Picked | null): void {
    this.#set({ picked });
  }

  keep(on: boolean): void {
    const { results } = this.#app.model.measure;
    this.#set({ kept: on ? results : null });
  }

  /** Opens a trial in the ring, at the moment from which time is measured. */
  openTrial(curve: number, trial: number): void {
    const text = this.#experiment?.trial(curve, trial);
    if (text === undefined) return;
    this.#app.view({ dialog: null, sheet: null, poster: false });
    this.#app.openRun(text);
  }

  #end(): void {
    this.#turn += 1;
    this.#survey?.stop();
    this.#survey = null;
    this.#experiment?.free();
    this.#experiment = null;
  }

  #heard(done: boolean, trouble: string): void {
    const now = this.#app.host.now();
    if (!done && now - this.#shownAt < SHOW_MS) return;
    this.#shownAt = now;
    this.#show(trouble !== "" ? "failed" : done ? "done" : "on", trouble);
    if (done && trouble === "") this.#app.host.say("The measurement is done.", true);
  }

  #show(state: MeasureView["state"], trouble: string): void {
    this.#refresh(state);
    const { played } = this.#app.model.measure;
    const seconds = Math.max(0.001, (this.#app.host.now() - this.#beganAt) / 1000);
    this.#set({ state, trouble, rate: played / seconds, text: state === "on" ? null : this.#saver() });
  }

  /** Brings the curves up to date that have grown. */
  #refresh(state: MeasureView["state"]): void {
    const { results, measure } = this.#app.model.measure;
    const columns = this.#survey?.columns;
    if (results === null || columns === undefined) return;
    const measures = results.plan.experiment.measures.length;
    const summaries = [...results.summaries];
    const curves = results.curves.map((curve, at) => {
      const column = columns[at];
      if (column === undefined || !this.#hasGrown(column, at, state)) return curve;
      this.#shown[at] = column.played;
      const values = column.values.subarray(0, column.played * measures);
      summaries[at] = this.#experiment?.summary(values) ?? null;
      return { ...curve, played: column.played, sorted: sortedValues(values, column.trials, measures, measure) };
    });
    const played = columns.reduce((sum, column) => sum + column.played, 0);
    this.#set({ state, played, results: { ...results, curves, summaries } });
  }

  /** A long curve costs time to put in order; while it grows, a tenth more is what can be seen. */
  #hasGrown({ played, trials }: Survey["columns"][number], at: number, state: MeasureView["state"]): boolean {
    const shown = this.#shown[at] ?? 0;
    return played !== shown && (state !== "on" || played === trials.length || played >= shown * 1.1);
  }

  #saver(): MeasureView["text"] {
    const [columns, experiment] = [this.#survey?.columns, this.#experiment];
    const measures = this.#app.model.measure.results?.plan.experiment.measures.length ?? 0;
    if (columns === undefined || experiment === null) return null;
    return (as) => {
      const played = Uint32Array.from(columns, (column) => column.played);
      const values = new Float64Array(played.reduce((sum, n) => sum + n, 0) * measures);
      let at = 0;
      for (const column of columns) {
        values.set(column.values.subarray(0, column.played * measures), at);
        at += column.played * measures;
      }
      if (as === "csv") return experiment.csv(values, played);
      return `${JSON.stringify(experiment.object(values, played), null, 2)}\n`;
    };
  }

  #set(change: Partial<MeasureView>): void {
    this.#app.model.measure = { ...this.#app.model.measure, ...change };
    this.#app.host.changed();
  }
}

/** The commission that a form asks for, or what is wrong with it. */
export function commissionOf(form: MeasureForm): Commission | string {
  const set = form.set
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter(Boolean);
  const trials = form.trials.trim() === "" ? undefined : Number(form.trials);
  if (trials !== undefined && !(Number.isInteger(trials) && trials > 0 && trials <= 1_000_000))
    return `“${form.trials}” is not a number of trials; a curve has 1 to 1,000,000.`;
  return { name: form.name, set: form.by ? [`by=${form.by}`, ...set] : set, trials, seed: form.seed.trim() || "1" };
}

/** The finished values of a measure in order, each with its trial. */
export function sortedValues(
  values: Float64Array,
  trials: Uint32Array,
  measures: number,
  measure: number,
): Float64Array {
  const sorted = new Float64Array(values.length / measures);
  let n = 0;
  for (let at = measure, i = 0; at < values.length; at += measures, i += 1) {
    const value = values[at] ?? Number.NaN;
    if (!Number.isNaN(value)) sorted[n++] = value * TRIAL_BASE + (trials[i] ?? 0);
  }
  return sorted.subarray(0, n).sort();
}

/** For laboratories in which nothing is measured. */
import type { Bench } from "../../web/src/app/measure.ts";

const never = (): never => {
  throw new Error("nothing is measured here");
};

export const noBench: Bench = { experiments: never, experiment: never, survey: never };

import type { Step } from "../../runs/windows/series.ts";
import { whole } from "../../words.ts";
import { html, type Html } from "./html.ts";

const WIDTH = 720;
const HEIGHT = 120;
/** Steps that are drawn; more are joined. */
const MOST_STEPS = 120;

/** Comparisons over time: what was the same below, what was not compared and what differed above. */
export function comparisonsChart(steps: readonly Step[]): Html {
  const drawn = joined(steps);
  const rates = drawn.map(({ same, different, uncomparable, span }) => ({
    same: (same * 60_000) / span,
    different: (different * 60_000) / span,
    uncomparable: (uncomparable * 60_000) / span,
  }));
  const most = Math.max(1, ...rates.map((rate) => rate.same + rate.different + rate.uncomparable));
  const width = WIDTH / Math.max(1, drawn.length);
  const bars = rates.map((rate, index) => {
    let top = HEIGHT;
    return (["same", "uncomparable", "different"] as const).map((name) => {
      const height = (rate[name] / most) * HEIGHT;
      top -= height;
      return height === 0
        ? null
        : html`<rect
            class="${name}"
            x="${round(index * width)}"
            y="${round(top)}"
            width="${round(Math.max(0.5, width - 0.5))}"
            height="${round(Math.max(name === "different" ? 1.5 : 0.3, height))}"
          />`;
    });
  });
  return figure("Comparisons a minute", `at most ${whole(most)} a minute`, bars, drawn);
}

/** The 95th percentile of both sides over time. */
export function latencyChart(steps: readonly Step[]): Html {
  const drawn = joined(steps);
  const most = Math.max(
    0.1,
    ...drawn.flatMap(({ latency }) =>
      latency === null ? [] : [latency.old.p95, latency.candidate.p95],
    ),
  );
  const line = (side: "old" | "candidate"): Html => {
    const points = drawn.flatMap(({ latency }, index) =>
      latency === null || latency[side].p95 === 0
        ? []
        : [
            `${round(((index + 0.5) * WIDTH) / drawn.length)},${round(HEIGHT - (latency[side].p95 / most) * HEIGHT)}`,
          ],
    );
    return html`<polyline class="${side}" points="${points.join(" ")}" />`;
  };
  return figure(
    "95th percentile of both sides",
    `at most ${Number(most.toPrecision(3))} ms`,
    [line("old"), line("candidate")],
    drawn,
  );
}

/** A finding's calls over time, small. */
export function spark(
  points: readonly (readonly [number, number])[],
  steps: readonly Step[],
): Html {
  const byStart = new Map(points);
  const drawn = joined(steps);
  const values = drawn.map((step) =>
    steps
      .filter(({ start }) => start >= step.start && start < step.start + step.span)
      .reduce((sum, { start }) => sum + (byStart.get(start) ?? 0), 0),
  );
  const most = Math.max(1, ...values);
  const width = 100 / Math.max(1, values.length);
  return html`<svg class="spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
    ${values.map((value, index) =>
      value === 0
        ? null
        : html`<rect
            class="different"
            x="${round(index * width)}"
            y="${round(20 - (value / most) * 20)}"
            width="${round(Math.max(1, width))}"
            height="${round((value / most) * 20)}"
          />`,
    )}
  </svg>`;
}

function figure(
  title: string,
  scale: string,
  content: readonly (Html | readonly (Html | null)[])[],
  steps: readonly Step[],
): Html {
  const [first] = steps;
  const last = steps.at(-1);
  const span =
    first === undefined || last === undefined
      ? "nothing yet"
      : `${clock(first.start)} to ${clock(last.start + last.span)} UTC`;
  return html`<figure>
    <figcaption>${title} <span class="quiet">(${scale}; ${span})</span></figcaption>
    <svg
      class="chart"
      viewBox="0 0 ${WIDTH} ${HEIGHT}"
      preserveAspectRatio="none"
      role="img"
      aria-label="${`${title}, ${scale}, ${span}`}"
    >
      ${content}
    </svg>
  </figure>`;
}

/** Neighbouring steps as one, until few enough are left to be seen. */
function joined(steps: readonly Step[]): readonly Step[] {
  if (steps.length <= MOST_STEPS) return steps;
  const every = Math.ceil(steps.length / MOST_STEPS);
  const groups = Map.groupBy(steps, (step) => Math.floor(steps.indexOf(step) / every));
  return [...groups.values()].map((own) => {
    const sum = (of: (step: Step) => number): number =>
      own.reduce((total, step) => total + of(step), 0);
    const [first] = own as [Step, ...Step[]];
    return {
      ...first,
      span: sum(({ span }) => span),
      same: sum(({ same }) => same),
      different: sum(({ different }) => different),
      uncomparable: sum(({ uncomparable }) => uncomparable),
      skipped: sum(({ skipped }) => skipped),
      latency: own.findLast(({ latency }) => latency !== null)?.latency ?? null,
    };
  });
}

function round(value: number): string {
  return value.toFixed(1);
}

function clock(at: number): string {
  return new Date(at).toISOString().slice(5, 16).replace("T", " ");
}

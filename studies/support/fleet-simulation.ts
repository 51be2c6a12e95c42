/** What a fleet of workers is made of, in seconds unless said otherwise. */
export interface FleetModel {
  readonly workers: number;
  readonly calls: number;
  readonly callsOfShard: number;
  /** CPU of a worker for each call: what a worker on a core of its own is bound by. */
  readonly callSeconds: number;
  /** What a worker spends on a shard beside its calls: starting, checking the nodes, handing in. */
  readonly shardSeconds: number;
  /** A worker that has nothing looks this often. */
  readonly pollSeconds: number;
  /** CPU of the database for one shard: half when it is taken, half when it is handed in. */
  readonly databaseShardSeconds: number;
  /** CPU of the database for each second of a worker: heartbeats, places, progress. */
  readonly databaseWorkerShare: number;
  readonly databaseCores: number;
  /** Before the first shard and after the last one, for each shard, by one process. */
  readonly planSeconds: number;
  readonly mergeSeconds: number;
  /** Calls a second that all workers together may ask of the targets; null without a ceiling. */
  readonly ceiling: number | null;
}

export interface FleetResult {
  readonly seconds: number;
  /** Shares of the time. */
  readonly workersBusy: number;
  readonly databaseBusy: number;
  readonly plannerBusy: number;
  /** Of what the ceiling allows; 0 without one. */
  readonly targetsBusy: number;
  readonly limit: "workers" | "database" | "planner" | "targets";
}

type State = "waiting" | "claiming" | "starting" | "working" | "delivering";

interface Worker {
  state: State;
  /** When the state ends; of "working" the calls that are left say so. */
  until: number;
  calls: number;
}

/**
 * Discrete events: workers claim shards of a database that serves one query after the other, start, work at a speed that falls
 * where the targets' ceiling is reached, hand in, and claim anew. Between two events everything goes on evenly.
 */
export function simulate(model: FleetModel): FleetResult {
  const shards = Math.ceil(model.calls / model.callsOfShard);
  const own = 1 / model.callSeconds;
  // What the workers' heartbeats take of it is not there for shards.
  const spare = Math.max(0.01, model.databaseCores - model.workers * model.databaseWorkerShare);
  const planned = model.planSeconds * shards;
  let now = planned;
  const open = { pending: shards, left: shards };
  let databaseFreeAt = now;
  let busySeconds = 0;
  const ask = (worker: Worker, state: State): void => {
    databaseFreeAt = Math.max(databaseFreeAt, now) + model.databaseShardSeconds / 2 / spare;
    worker.state = state;
    worker.until = databaseFreeAt;
  };
  const look = (worker: Worker): void => {
    worker.state = "waiting";
    worker.until = now + model.pollSeconds;
    if (open.pending === 0) return;
    open.pending -= 1;
    ask(worker, "claiming");
  };
  const follow: Readonly<Record<State, (worker: Worker) => void>> = {
    waiting: look,
    claiming(worker) {
      worker.state = "starting";
      worker.until = now + model.shardSeconds;
    },
    starting(worker) {
      worker.state = "working";
      worker.calls = model.calls / shards;
    },
    working: (worker) => ask(worker, "delivering"),
    delivering(worker) {
      open.left -= 1;
      look(worker);
    },
  };
  const workers = Array.from({ length: model.workers }, (_, index): Worker => {
    // They look at different moments.
    const until = now + (model.pollSeconds * index) / model.workers;
    return { state: "waiting", until, calls: 0 };
  });
  while (open.left > 0) {
    const working = workers.filter(({ state }) => state === "working");
    const speed = Math.min(own, (model.ceiling ?? Infinity) / working.length);
    const endOf = ({ state, until, calls }: Worker): number =>
      state === "working" ? now + calls / speed : until;
    const ending = workers.reduce((first, worker) =>
      endOf(worker) < endOf(first) ? worker : first,
    );
    const passed = Math.max(0, endOf(ending) - now);
    const starting = workers.filter(({ state }) => state === "starting").length;
    busySeconds += (working.length + starting) * passed;
    for (const worker of working) worker.calls -= passed * speed;
    now += passed;
    follow[ending.state](ending);
  }
  const seconds = now + model.mergeSeconds * shards;
  const alive = model.workers * model.databaseWorkerShare * (now - planned);
  const databaseSeconds = model.databaseShardSeconds * shards + alive;
  const shares = {
    workersBusy: busySeconds / (model.workers * seconds),
    databaseBusy: databaseSeconds / (model.databaseCores * seconds),
    plannerBusy: (planned + model.mergeSeconds * shards) / seconds,
    targetsBusy: model.ceiling === null ? 0 : model.calls / (model.ceiling * seconds),
  };
  return { seconds, ...shares, limit: limitOf(shares) };
}

/** Where the ceiling is reached, workers that wait for it are at work too: then it is the limit. */
function limitOf(shares: Omit<FleetResult, "seconds" | "limit">): FleetResult["limit"] {
  const { workersBusy, databaseBusy, plannerBusy, targetsBusy } = shares;
  const most = Math.max(workersBusy, databaseBusy, plannerBusy, targetsBusy);
  if (targetsBusy > 0.9 || targetsBusy === most) return "targets";
  if (databaseBusy === most) return "database";
  return plannerBusy === most ? "planner" : "workers";
}

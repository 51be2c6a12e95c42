import { createHeadWatch, type HeadWatch } from "../heads/heads.ts";
import { createLane, looker, type Lane, type LaneOptions } from "./lane.ts";
import type { ReplayOptions } from "../given/options.ts";
import { connect } from "../send/connection.ts";
import { createDeadlines } from "../send/deadlines.ts";
import { createGate } from "../send/gate.ts";
import { throttled, type Throttle } from "../send/throttle.ts";
import { connectWebSocket } from "../send/web-socket.ts";
import type { Ask } from "../../chains/ask.ts";
import { nodesOf } from "../../chains/nodes.ts";
import type { ChainName } from "../../model/exchange.ts";
import type { ChainView } from "../../chains/chain.ts";
import type { Target } from "../../model/target.ts";

/** Everything of a run that holds a socket or a timer. */
export interface Network {
  readonly heads: HeadWatch;
  chain(ask: Ask): ChainView;
  /** What each target says of its chain, old first. */
  readonly views: readonly ChainView[];
  /** Lanes are opened when asked for and closed with the network; with `once` they ask nothing again by themselves. */
  lanes(count: number, once?: boolean): readonly Lane[];
  /** Opens connections, so that the first calls are not timed with their set-up. */
  warmUp(): Promise<void>;
  close(): Promise<void>;
}

interface NetworkOptions {
  readonly options: ReplayOptions;
  readonly chain: ChainName;
  readonly signal: AbortSignal;
  readonly observe: LaneOptions["observe"];
  readonly recordedHead: () => number | null;
  readonly throttle?: Throttle;
  /** Told of our own looks at the heads, where they are to be counted too. */
  readonly observeLooks?: LaneOptions["observe"];
  /** Whether pins may be chosen anew now; always, where it is left out. */
  readonly mayChoosePins?: () => boolean;
}

export function openNetwork(parts: NetworkOptions): Network {
  const { options, signal, observe } = parts;
  const nodes = nodesOf(parts.chain);
  const deadlines = createDeadlines();
  const gate = createGate();
  const opened: Lane[] = [];
  const failedAlone = new Map<Target, number>();
  const open = (watch: LaneOptions["observe"], once = false): Lane => {
    const lane = createLane({
      once,
      timeoutMs: options.timeoutMs,
      gate,
      signal,
      failedAlone,
      observe: watch,
      open(target, transport) {
        const connection =
          transport === "websocket"
            ? connectWebSocket(target, options.maxBodyBytes)
            : connect(target, { deadlines, maxBodyBytes: options.maxBodyBytes });
        return throttled(connection, target, parts.throttle);
      },
    });
    opened.push(lane);
    return lane;
  };
  // Our own looks at the head are not the traffic that the guard watches.
  const watcher = open(parts.observeLooks ?? (() => {}));
  const targets = [...options.old, ...options.candidate];
  const asks = targets.map((target) => looker(watcher, target));
  const views = asks.map((ask) => nodes.view(ask));
  return {
    views,
    heads: createHeadWatch({
      views,
      ofOld: options.old.length,
      pin: options.pin,
      recordedHead: parts.recordedHead,
      ...(parts.mayChoosePins === undefined ? {} : { mayChoose: parts.mayChoosePins }),
    }),
    chain: (ask) => nodes.view(ask),
    lanes: (count, once) => Array.from({ length: count }, () => open(observe, once)),
    async warmUp() {
      const { hello } = nodes;
      if (hello === null) return;
      for (let round = 0; round < options.warmUp; round++) {
        await Promise.all(asks.map((ask) => ask(hello)));
      }
    },
    async close() {
      deadlines.close();
      await Promise.all(opened.map((lane) => lane.close()));
    },
  };
}

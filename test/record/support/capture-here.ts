import type { CaptureSink } from "../../../src/record/capture/captured.ts";
import { ConnectionCapture } from "../../../src/record/capture/connection-capture.ts";
import type { CaptureMemory } from "../../../src/record/capture/memory.ts";
import type { PipeObserver } from "../../../src/record/path/pipe.ts";

/** The readers without their thread: what they see goes to `sink` at once. */
export function captureHere(
  sink: CaptureSink,
  maxBodyBytes: number,
  memory: CaptureMemory,
): () => PipeObserver {
  let count = 0;
  return () => {
    count += 1;
    return new ConnectionCapture(sink, { maxBodyBytes, memory, answers: true }, count);
  };
}

import type { ServerOptions } from "ws";

/** Exported by `ws` since 8.20 and not described by its types yet. */
declare module "ws" {
  export class PerMessageDeflate {
    constructor(options: { isServer: boolean } & Required<Pick<ServerOptions, "maxPayload">>);
    /** What was agreed on, by the names of RFC 7692. */
    params: Readonly<Record<string, boolean | number>>;
    decompress(
      data: Buffer,
      fin: boolean,
      callback: (error: Error | null, plain: Buffer) => void,
    ): void;
    cleanup(): void;
  }
}

import { defineConfig } from "vitest/config";

const exclude = ["**/node_modules/**", "**/dist/**"];
// Every kind of test is the same on a runner and on a person's machine.
const setupFiles = ["test/support/environment.ts"];

export default defineConfig({
  test: {
    // Most files wait for what they started more than they compute: two at a time, on machines of two cores too.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          setupFiles,
          include: ["test/**/*.test.ts"],
          exclude: [...exclude, "test/**/*.{edge,browser,node}.test.ts"],
          // What computes for a second alone takes several beside other work.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "edges",
          setupFiles,
          include: ["test/**/*.edge.test.ts"],
          exclude,
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          setupFiles,
          include: ["test/**/*.browser.test.ts"],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "nodes",
          setupFiles,
          include: ["test/**/*.node.test.ts"],
          exclude,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

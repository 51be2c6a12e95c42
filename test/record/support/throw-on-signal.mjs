// Loaded into the program under test: a bug that nobody foresaw, on demand.
process.on("SIGUSR2", () => {
  setImmediate(() => {
    throw new Error("a bug that nobody foresaw");
  });
});

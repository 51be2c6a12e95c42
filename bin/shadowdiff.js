#!/usr/bin/env node
// Plain old syntax on purpose: an older Node must be able to read this file far enough to say what is wrong.
var fs = require("fs");
var path = require("path");
var parts = process.versions.node.split(".").map(Number);
if (parts[0] < 22 || (parts[0] === 22 && parts[1] < 19)) {
  console.error("shadowdiff needs Node.js 22.19 or newer; this is " + process.version + ".");
  process.exit(2);
} else {
  var built = path.join(__dirname, "..", "dist", "main.js");
  var source = path.join(__dirname, "..", "src", "main.ts");
  import(require("url").pathToFileURL(fs.existsSync(source) ? source : built).href);
}

// The true number of tokens of each line, which is a JSON string: node count_tokens.js PACKAGE < lines
const path = require("node:path");
const { encode } = require(path.join(process.argv[2], "cjs", "encoding", "o200k_base"));
const plain = { disallowedSpecial: new Set(), allowedSpecial: new Set() };
const lines = require("node:fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
process.stdout.write(JSON.stringify(lines.map((line) => encode(JSON.parse(line), plain).length)) + "\n");

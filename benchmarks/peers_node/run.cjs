// Stop-to-stop times of two planners from npm, called by `python -m benchmarks.peers` in a folder that holds them:
// node run.cjs GTFS.zip PAIRS.csv YYYY-MM-DD COUNT -> a line of JSON each
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const from = (name, file) => import(pathToFileURL(path.join(process.cwd(), "node_modules", name, file)).href);
const [zip, csv, day, count] = process.argv.slice(2);
const pairs = fs.readFileSync(csv, "utf8").trim().split("\n").slice(1, 1 + Number(count)).map((line) => line.trim().split(","));

function told(name, loadedMs, ask) {
  for (const pair of pairs.slice(0, 10)) ask(...pair);
  const spent = [];
  let answered = 0;
  for (const [a, b, s] of pairs) {
    const begun = process.hrtime.bigint();
    answered += ask(a, b, Number(s)) ? 1 : 0;
    spent.push(Number(process.hrtime.bigint() - begun) / 1e6);
  }
  spent.sort((x, y) => x - y);
  const at = (share) => Number(spent[Math.min(spent.length - 1, Math.floor(share * spent.length))].toFixed(3));
  console.log(JSON.stringify({ peer: name, pairs: pairs.length, answered, loaded_s: Number((loadedMs / 1e3).toFixed(1)), median_ms: at(0.5), p95_ms: at(0.95) }));
}

async function minotor() {
  const { GtfsParser } = await from("minotor", "dist/parser.esm.js");
  const { Query, Router, Time } = await from("minotor", "dist/router.esm.js");
  const begun = Date.now();
  const { timetable, stopsIndex } = await new GtfsParser(zip).parse(new Date(`${day}T12:00:00`));
  const router = new Router(timetable, stopsIndex);
  const known = (id) => (stopsIndex.findStopById(id) ? id : Number(id)); // its reader makes numbers of digits
  told("minotor", Date.now() - begun, (a, b, s) => {
    const time = Time.fromHMS(Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60);
    return router.route(new Query.Builder().from(known(a)).to(known(b)).departureTime(time).maxTransfers(7).build()).bestRoute();
  });
}

async function raptor() {
  const { loadGTFS, JourneyFactory, RaptorAlgorithmFactory, DepartAfterQuery } = (await from("raptor-journey-planner", "dist/src/index.js")).default;
  const begun = Date.now();
  const [trips, transfers, interchange, calendars] = await loadGTFS(fs.createReadStream(zip));
  const date = new Date(`${day}T12:00:00`);
  const query = new DepartAfterQuery(RaptorAlgorithmFactory.create(trips, transfers, interchange, calendars, date), new JourneyFactory(), 1);
  told("raptor-journey-planner", Date.now() - begun, (a, b, s) => query.plan(a, b, date, s).length > 0);
}

const done = new Set();
process.on("exit", () => {
  for (const peer of ["minotor", "raptor"]) if (!done.has(peer)) console.log(JSON.stringify({ peer, error: "never came to the end of the feed" }));
});
(async () => { for (const peer of [minotor, raptor]) await peer().catch((error) => console.log(JSON.stringify({ peer: peer.name, error: String(error).slice(0, 200) }))).finally(() => done.add(peer.name)); })();

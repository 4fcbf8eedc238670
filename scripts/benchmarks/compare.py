"""Runs the same work in Casebook, DuckDB, Polars and the sqlite3 shell and prints how they compare.

Every run is a process of its own, from start to exit, so that start-up, opening the file and reading what
the question needs are part of the figure. Peers alternate within each round, so that a machine that
slows down slows all of them. Figures are medians; memory is the largest resident size seen.
"""
import argparse, os, resource, shutil, statistics, subprocess, sys, time

THREADS = 2

# Each question in every peer's own words. `{events}` and `{cases}` are tables in the peer's database.
QUERIES = [
    ("filter + group by one column",
     "events | where vendor != '' | summarize n = count() by step",
     "select step, count(*) from events where vendor <> '' group by step"),
    ("group by two text columns",
     "events | summarize n = count() by step, agent",
     "select step, agent, count(*) from events group by step, agent"),
    ("group by day",
     "events | summarize n = count() by bin(completed_at, 1d)",
     "select date_trunc('day', completed_at), count(*) from events group by 1"),
    ("filter + percentile by group",
     "events | where step == 'Review' | summarize p90 = percentile(completed_at - started_at, 90) by queue",
     "select queue, quantile_disc(completed_at - started_at, 0.9) from events where step = 'Review' group by queue"),
    ("top 10",
     "events | top 10 by completed_at",
     "select * from events order by completed_at desc limit 10"),
    ("distinct count",
     "events | summarize dcount(case_id)",
     "select count(distinct case_id) from events"),
    ("join events to cases",
     "events | join kind=inner (cases | project case_id, vertical, country) on case_id "
     "| summarize n = count() by vertical",
     "select vertical, count(*) from events join (select case_id, vertical, country from cases) c "
     "using (case_id) group by vertical"),
    ("sort",
     "events | sort by completed_at asc | take 2000000 | summarize max(completed_at), count()",
     "select max(completed_at), count(*) from "
     "(select * from events order by completed_at limit 2000000)"),
]

SQLITE = {
    "filter + group by one column": "select step, count(*) from events where vendor <> '' group by step",
    "group by two text columns": "select step, agent, count(*) from events group by step, agent",
    "distinct count": "select count(distinct case_id) from events",
}

POLARS = {
    "filter + group by one column":
        "e.filter(pl.col('vendor') != '').group_by('step').len()",
    "group by two text columns": "e.group_by('step', 'agent').len()",
    "distinct count": "e.select(pl.col('case_id').n_unique())",
}


def triage_rules(count):
    """Conditions in the language of rules and in SQL: two to four comparisons each, texts and numbers."""
    verticals = ["fraud", "spam", "hate", "harassment"]
    sources = ["trusted_flagger", "user_report", "classifier"]
    countries = ["US", "BR", "ID", "IN", "DE", "GB", "PT", "JP"]
    rules = []
    for n in range(count):
        parts = [("vertical == '%s'" % verticals[n % 4], "vertical = '%s'" % verticals[n % 4]),
                 ("score_a >= 0.%02d" % (30 + n * 7 % 69), "score_a >= 0.%02d" % (30 + n * 7 % 69))]
        if n % 2:
            parts.append(("reports >= %d" % (2 + n % 6), "reports >= %d" % (2 + n % 6)))
        if n % 3 == 0:
            parts.append(("country == '%s'" % countries[n % 8], "country = '%s'" % countries[n % 8]))
        if n % 5 == 0:
            parts.append(("source == '%s'" % sources[n % 3], "source = '%s'" % sources[n % 3]))
        if n % 7 == 0:
            parts.append(("score_b < 0.%02d" % (20 + n * 3 % 79), "score_b < 0.%02d" % (20 + n * 3 % 79)))
        rules.append((" and ".join(p[0] for p in parts), " and ".join(p[1] for p in parts)))
    return rules


def measure(command, stdin=None):
    """Seconds and peak bytes of one process."""
    start = time.perf_counter()
    with open(os.devnull, "wb") as sink:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE if stdin else subprocess.DEVNULL, stdout=sink,
            stderr=subprocess.PIPE)
        if stdin:
            process.stdin.write(stdin.encode())
            process.stdin.close()
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise SystemExit("failed: %s\n%s" % (command, errors.decode("utf-8", "replace")[-2000:]))
    return seconds, usage.ru_maxrss * 1024


def remove(path):
    for suffix in ("", "-wal", "-shm", ".wal"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)


class Bench:
    def __init__(self, options):
        self.options = options
        self.rows = []
        self.folder = os.path.join(options.folder, "cases-%d" % options.cases)
        self.data = os.path.join(self.folder, "data")

    def path(self, name):
        return os.path.join(self.folder, name)

    def python(self, code):
        return [sys.executable, "-c", code]

    def casebook(self, statement, workspace):
        return [self.options.casebook, "-c", statement, workspace, "--format", "csv",
                "--threads", str(THREADS), "--quiet"]

    def duckdb(self, statements, database):
        return self.python(
            "import duckdb\nc = duckdb.connect(%r, config={'threads': %d})\n" % (database, THREADS)
            + "".join("c.execute(%r)\n" % s for s in statements[:-1])
            + "print(len(c.execute(%r).fetchall()))" % statements[-1])

    def round(self, name, peers):
        """Runs the peers in turn, several times; `peers` gives for each a preparation and a command."""
        if self.options.only and self.options.only not in name:
            return
        figures = {peer: [] for peer, _, _ in peers}
        for _ in range(self.options.runs):
            for peer, prepare, command in peers:
                prepare()
                figures[peer].append(measure(command[0], command[1]))
        self.rows.append((name, {
            peer: (statistics.median(s for s, _ in runs), max(m for _, m in runs))
            for peer, runs in figures.items()}))
        print("measured:", name, file=sys.stderr)

    def generate(self):
        if not os.path.exists(os.path.join(self.data, "events.csv")):
            shutil.rmtree(self.folder, ignore_errors=True)
            os.makedirs(self.folder)
            subprocess.check_call(
                [self.options.casebook, "generate", "--cases", str(self.options.cases), "--seed", "1",
                 "--out", self.data])

    def loads(self):
        for table in ("events", "cases"):
            source = os.path.join(self.data, table + ".csv")
            ours, duck, lite = (self.path("load." + e) for e in ("casebook", "duckdb", "sqlite"))
            size = os.path.getsize(source)
            self.round("load %s.csv (%d MB)" % (table, size // 1_000_000), [
                ("casebook", lambda: remove(ours),
                 (self.casebook('load "%s" as %s' % (source, table), ours), None)),
                ("duckdb", lambda: remove(duck),
                 (self.duckdb(["create table %s as select * from read_csv('%s')" % (table, source),
                               "select 1"], duck), None)),
                ("polars", lambda: None,
                 (self.python("import os\nos.environ['POLARS_MAX_THREADS'] = '%d'\nimport polars as pl\n"
                              "print(pl.read_csv(%r, try_parse_dates=True).height)" % (THREADS, source)),
                  None)),
                ("sqlite3", lambda: remove(lite),
                 (["sqlite3", lite], ".mode csv\n.import '%s' %s\n" % (source, table))),
            ])
            for label, path in (("casebook", ours), ("duckdb", duck), ("sqlite3", lite)):
                if os.path.exists(path):
                    print("file of %s in %s: %.1f MB" % (table, label, os.path.getsize(path) / 1e6),
                          file=sys.stderr)
                remove(path)

    def questions(self):
        ours, duck, lite = (self.path("warm." + e) for e in ("casebook", "duckdb", "sqlite"))
        sources = {t: os.path.join(self.data, t + ".csv") for t in ("events", "cases")}
        for path in (ours, duck, lite):
            remove(path)
        for table, source in sources.items():
            measure(self.casebook('load "%s" as %s' % (source, table), ours))
            measure(self.duckdb(
                ["create table %s as select * from read_csv('%s')" % (table, source), "select 1"], duck))
        measure(["sqlite3", lite], ".mode csv\n.import '%s' events\n" % sources["events"])
        parquet = self.path("events.parquet")
        measure(self.python("import polars as pl\npl.read_csv(%r, try_parse_dates=True).write_parquet(%r)"
                            % (sources["events"], parquet)))
        for name, ours_text, sql in QUERIES:
            peers = [
                ("casebook", lambda: None, (self.casebook(ours_text, ours), None)),
                ("duckdb", lambda: None, (self.duckdb([sql], duck), None)),
            ]
            if name in POLARS:
                peers.append(("polars", lambda: None, (self.python(
                    "import os\nos.environ['POLARS_MAX_THREADS'] = '%d'\nimport polars as pl\n"
                    "e = pl.read_parquet(%r)\nprint(%s.height)" % (THREADS, parquet, POLARS[name])), None)))
            if name in SQLITE:
                peers.append(("sqlite3", lambda: None, (["sqlite3", lite, SQLITE[name]], None)))
            self.round(name, peers)
        for path in (ours, duck, lite):
            remove(path)

    def triage(self):
        """A hundred rules over every case: the whole backtest, against the bare first match in DuckDB."""
        ours, duck = (self.path("triage." + e) for e in ("casebook", "duckdb"))
        source = os.path.join(self.data, "cases.csv")
        for path in (ours, duck):
            remove(path)
        measure(self.casebook('load "%s" as cases' % source, ours))
        measure(self.duckdb(
            ["create table cases as select * from read_csv('%s')" % source, "select 1"], duck))
        for count in (50, 100):
            rules = triage_rules(count)
            text = "\n".join(
                ["queue q%d staff 10 aht 5m sla 1d" % n for n in range(10)]
                + ["ruleset bench%d on cases key case_id decided opened_at default route q0 unknown route q1 "
                   'right route when outcome == "violating" wrong outcome == "benign"' % count]
                + ["rule r%d in bench%d at %d when %s then route q%d" % (n, count, n, rule[0], n % 10)
                   for n, rule in enumerate(rules)])
            measure(self.casebook(text, ours))
            branches = " ".join("when %s then %d" % (rule[1], n) for n, rule in enumerate(rules))
            self.round("%d rules: backtest, all columns" % count, [
                ("casebook", lambda: None,
                 (self.casebook("cases | backtest bench%d" % count, ours), None)),
                ("duckdb", lambda: None, (self.duckdb(
                    ["select r, count(*) from (select case %s else -1 end r from cases) group by r"
                     % branches], duck), None)),
            ])
        self.round("check 300 rules", [
            ("casebook", lambda: measure(self.casebook("\n".join(
                ["ruleset many on few key case_id decided opened_at default route q0 unknown route q1",
                 'load "%s" as few' % os.path.join(os.path.dirname(__file__), "../../datasets/cases.csv")]
                + ["rule r%d in many at %d when %s then route q%d" % (n, n, rule[0], n % 10)
                   for n, rule in enumerate(triage_rules(300))]), ours)),
             (self.casebook("check many", ours), None))])
        self.round("simulate every case, 10 queues", [
            ("casebook", lambda: None,
             (self.casebook("cases | simulate bench100", ours), None))])
        for path in (ours, duck):
            remove(path)

    def start(self):
        self.round("start: print 1", [
            ("casebook", lambda: None,
             ([self.options.casebook, "-c", "print 1"], None)),
            ("duckdb", lambda: None,
             (self.python("import duckdb\nprint(duckdb.sql('select 1').fetchall())"), None)),
            ("sqlite3", lambda: None, (["sqlite3", ":memory:", "select 1"], None)),
        ])

    def show(self):
        peers = ["casebook", "duckdb", "polars", "sqlite3"]
        header = ["work"] + peers + ["of duckdb", "of sqlite3", "casebook memory"]
        lines = [header]
        for name, figures in self.rows:
            cells = [name]
            for peer in peers:
                cells.append("%.3f s" % figures[peer][0] if peer in figures else "")
            own = figures["casebook"][0]
            for peer in ("duckdb", "sqlite3"):
                cells.append("%.2f" % (own / figures[peer][0]) if peer in figures else "")
            cells.append("%.0f MB" % (figures["casebook"][1] / 1e6))
            lines.append(cells)
        if self.options.markdown:
            print("| " + " | ".join(header) + " |")
            print("| --- |" + " ---: |" * (len(header) - 1))
            for cells in lines[1:]:
                print("| " + " | ".join(cells) + " |")
            return
        widths = [max(len(row[i]) for row in lines) for i in range(len(header))]
        for row in lines:
            print("  ".join(c.ljust(w) if i == 0 else c.rjust(w)
                            for i, (c, w) in enumerate(zip(row, widths))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--casebook", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", default="", help="only what has this in its name")
    parser.add_argument("--markdown", action="store_true")
    bench = Bench(parser.parse_args())
    bench.generate()
    bench.start()
    bench.loads()
    bench.questions()
    bench.triage()
    bench.show()


if __name__ == "__main__":
    main()

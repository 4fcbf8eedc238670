"""Times the flow family beside DuckDB and pm4py on the same log, and how time grows with the log.

Rows stand in the order of time, as a log grows. Casebook and DuckDB each run as one process that has opened its
file and read the columns once; what is timed is the question itself, as each reports or as the clock around it says.
pm4py reads the same CSV, up to a million events: ten million take it minutes and most of a machine's memory. Figures
are medians; memory is the largest resident size of a process.
"""
import argparse, os, re, shutil, sqlite3, statistics, subprocess, sys

THREADS = 2
# What the log needs to be read as one: five events a case.
ROLES = "case=case_id, step=step, at=completed_at, resource=agent, closed_by=last"
STAGES = [
    "transitions", "variants", "cycle_time", "steps", "bottlenecks", "rework", "handoffs", "queue_flow", "per_case",
    "shift"]
# The same result as `transitions`: pairs with count, cases, mean, median, p90, ends and sum of gaps.
SQL = """
    select step, next, count(*), count(distinct case_id), avg(gap), quantile_cont(gap, 0.5),
      quantile_cont(gap, 0.9), min(gap), max(gap), sum(gap)
    from (select case_id, step, lead(step) over cases as next,
        epoch(lead(completed_at) over cases) - epoch(completed_at) as gap
      from events window cases as (partition by case_id order by completed_at, rowid))
    where next is not null group by all order by 3 desc"""
VARIANTS_SQL = """
    select path, count(*) from (
      select case_id, list(step order by completed_at, rowid) as path from events group by case_id)
    group by path order by 2 desc"""

DUCKDB = """
import duckdb, resource, statistics, time
c = duckdb.connect(%r, config={'threads': %d})
c.execute("select count(distinct case_id), count(distinct step), max(completed_at) from events").fetchall()
for name, sql in (("transitions", %r), ("variants", %r)):
    runs = []
    for _ in range(%d):
        start = time.perf_counter()
        c.execute(sql).fetchall()
        runs.append(time.perf_counter() - start)
    print("FIGURE", name, statistics.median(runs))
print("MEMORY", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""

PM4PY = """
import pandas, pm4py, resource, time
def timed(name, work):
    start = time.perf_counter()
    result = work()
    print("FIGURE", name, time.perf_counter() - start)
    return result
frame = timed("read", lambda: pandas.read_csv(%r, usecols=["case_id", "step", "completed_at"]))
def formatted():
    frame["completed_at"] = pandas.to_datetime(frame["completed_at"], utc=True)
    return pm4py.format_dataframe(frame, case_id="case_id", activity_key="step", timestamp_key="completed_at")
log = timed("format", formatted)
timed("transitions", lambda: pm4py.discover_dfg(log))
timed("performance", lambda: pm4py.discover_performance_dfg(log))
timed("variants", lambda: pm4py.get_variants(log))
print("MEMORY", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
"""


def run(command, text=None):
    """What a program prints, with its messages."""
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit("failed: %s\n%s" % (command, done.stderr[-2000:]))
    return done.stdout + done.stderr


def figures(output):
    found = {m[0]: float(m[1]) for m in re.findall(r"FIGURE (\S+) (\S+)", output)}
    memory = re.search(r"MEMORY (\d+)", output)
    return found, int(memory[1]) if memory else 0


class Bench:
    def __init__(self, options, cases):
        self.options = options
        self.cases = cases
        self.folder = os.path.join(options.folder, "flow-%d" % cases)

    def path(self, name):
        return os.path.join(self.folder, name)

    def prepare(self):
        """The log as CSV in the order of time, and in each one's own file."""
        if os.path.exists(self.path("done")):
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        run([self.options.casebook, "generate", "--cases", str(self.cases), "--seed", "1",
             "--out", self.path("data")])
        run([sys.executable, "-c", """
import duckdb
c = duckdb.connect(%r)
c.execute("create table raw as select *, row_number() over () as place from read_csv('%s')")
c.execute("create table events as select * exclude place from raw order by completed_at, place")
c.execute("drop table raw")
c.execute("copy (select * replace (strftime(completed_at, '%%Y-%%m-%%dT%%H:%%M:%%SZ') as completed_at) from events) to '%s' (header)")
""" % (self.path("log.duckdb"), self.path("data/events.csv"), self.path("events.csv"))])
        shutil.rmtree(self.path("data"))
        output = self.casebook('load "%s" as events; log events (%s); events | count' % (
            self.path("events.csv"), ROLES))
        count = [line for line in output.splitlines() if line.strip().isdigit()]
        print("%s events" % (count[-1].strip() if count else "?"), file=sys.stderr)
        open(self.path("done"), "w").close()

    def casebook(self, text):
        command = [self.options.casebook, "-c", text, self.path("log.casebook"), "--threads", str(THREADS)]
        return run(["/usr/bin/env", "python3", "-c", """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
sys.stdout.write(done.stdout + done.stderr)
print("MEMORY", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
sys.exit(done.returncode)
"""] + command)

    def own(self):
        """Index, stages after it, and peak memory. The columns are read before anything is timed, and no index is kept."""
        warm = "events | summarize dcount(case_id), dcount(step), dcount(agent), max(completed_at);"
        runs = {name: [] for name in ["index and transitions"] + STAGES}
        memory = 0
        for _ in range(self.options.runs):
            self.forget()
            text = "timing on;" + warm + "events | transitions | consume;" + "".join(
                "events | %s | consume;" % stage for stage in STAGES)
            output = self.casebook(text)
            times = timings(output)[-len(STAGES) - 1:]
            for name, value in zip(runs, times):
                runs[name].append(value)
            memory = max(memory, figures(self.casebook("events | transitions | consume"))[1])
        return {name: statistics.median(values) for name, values in runs.items() if values}, memory

    def forget(self):
        """Takes the kept index out of the file."""
        done = sqlite3.connect(self.path("log.casebook"))
        done.execute("pragma foreign_keys = on")
        done.execute("delete from derived")
        done.commit()
        done.close()

    def kept(self):
        """Seconds of the first question of a process without a kept index and with one, and what it takes in the file."""
        first, second = [], []
        for _ in range(self.options.runs):
            self.forget()
            for times in (first, second):
                times.append(timings(self.casebook("timing on; events | transitions | consume"))[-1])
        done = sqlite3.connect(self.path("log.casebook"))
        size = done.execute("select sum(length(bytes)) from derived_part").fetchone()[0] or 0
        whole = done.execute("select (select * from pragma_page_count()) * (select * from pragma_page_size())").fetchone()[0]
        done.close()
        return statistics.median(first), statistics.median(second), size, whole

    def peers(self):
        duckdb = figures(run([sys.executable, "-c", DUCKDB % (
            self.path("log.duckdb"), THREADS, SQL, VARIANTS_SQL, self.options.runs)]))
        if self.options.without_pm4py or self.cases > 200_000:
            return duckdb, ({}, 0)
        return duckdb, figures(run([self.options.pm4py, "-c", PM4PY % self.path("events.csv")]))

    def load(self):
        """Seconds from CSV to both graphs in a new file, as a whole process."""
        import time
        for name in ("load.casebook", "load.casebook-wal", "load.casebook-shm"):
            if os.path.exists(self.path(name)):
                os.remove(self.path(name))
        start = time.perf_counter()
        run([self.options.casebook, "-c", 'load "%s" as events; log events (%s); events | transitions; '
             'events | variants | take 10' % (self.path("events.csv"), ROLES), self.path("load.casebook"),
             "--threads", str(THREADS)])
        elapsed = time.perf_counter() - start
        os.remove(self.path("load.casebook"))
        return elapsed


UNITS = {"µs": 1e-6, "us": 1e-6, "ms": 1e-3, "s": 1, "min": 60}


def timings(output):
    """What `timing on` printed, a line each; findings and warnings speak of times too."""
    return [float(m[0].replace(",", "")) * UNITS[m[1]] for m in re.findall(
        r"^([0-9.,]+) (µs|us|ms|s|min)$", output, re.MULTILINE)]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--casebook", required=True)
    parser.add_argument("--pm4py", required=True, help="the Python that has pm4py")
    parser.add_argument("--folder", required=True)
    parser.add_argument("--cases", type=int, nargs="*", default=[200_000, 2_000_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--without-pm4py", action="store_true")
    options = parser.parse_args()
    growth = []
    for cases in options.cases:
        bench = Bench(options, cases)
        bench.prepare()
        own, memory = bench.own()
        load = bench.load()
        first, second, kept, whole = bench.kept()
        (duckdb, duckdb_memory), (pm4py, pm4py_memory) = bench.peers()
        growth.append(own)
        print("\n%d cases" % cases)
        index = own["index and transitions"] - own["transitions"]
        print("  index                          %8.3f s" % index)
        for stage in STAGES:
            print("  %-30s %8.3f s" % (stage, own[stage]))
        print("  first question of a process: %.3f s, with the index of an earlier one %.3f s; it takes %.1f of %.1f MB" % (
            first, second, kept / 1e6, whole / 1e6))
        print("  duckdb: transitions %.3f s (%.1f times index and transitions), variants %.3f s (%.1f times)" % (
            duckdb["transitions"], duckdb["transitions"] / own["index and transitions"],
            duckdb["variants"], duckdb["variants"] / own["variants"]))
        if pm4py:
            whole = sum(pm4py.values())
            print("  pm4py: " + ", ".join("%s %.1f s" % item for item in pm4py.items())
                  + "; in all %.1f s, %.1f times load to both graphs" % (whole, whole / load))
        print("  load to both graphs, whole process %.3f s" % load)
        print("  peak memory: casebook %d MB, duckdb %d MB%s" % (
            memory / 1e6, duckdb_memory / 1e6, ", pm4py %d MB" % (pm4py_memory / 1e6) if pm4py else ""))
    for name in growth[0] if len(growth) > 1 else []:
        print("  %-24s grows %.1f times from %d to %d cases" % (
            name, growth[-1][name] / max(growth[0][name], 1e-6), options.cases[0], options.cases[-1]))


main()

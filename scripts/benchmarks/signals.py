"""Times `signals` beside scikit-learn, DuckDB and R's pROC on the same scores and labels.

Figures are seconds for scores whose values nearly all differ, with a tenth of positives. Peers read their arrays
before the clock starts. Casebook runs a statement once and then several times more in processes of their own on a
stored table; what each more takes is one statement without start-up, with reading its columns. Medians of several
runs; peak memory is that of the process that runs the statement once, less what one takes that only prints a
number, beside what the design allows: 1.5 times the decoded columns and 24 bytes a row for the score being sorted.
"""
import argparse, os, shutil, statistics, subprocess, sys, time

SKLEARN = """
import sys, time, numpy as np
from sklearn.metrics import roc_auc_score, average_precision_score, brier_score_loss, roc_curve
s, y = np.load(sys.argv[1]), np.load(sys.argv[2])
roc_auc_score(y[:1000], s[:1000])
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    roc_auc_score(y, s); average_precision_score(y, s); brier_score_loss(y, s); roc_curve(y, s)
    print(time.perf_counter() - start)
"""

DUCKDB = """
import sys, time, duckdb, numpy as np
c = duckdb.connect(config={'threads': 2})
c.execute('set enable_progress_bar = false')
s, y = np.load(sys.argv[1]), np.load(sys.argv[2])
import pyarrow as pa
t0 = pa.table({'s': s, 'y': y})
c.execute('create table t as select * from t0')
q = '''with r as (select y, avg(n) over (partition by s) as rank from
         (select s, y, row_number() over (order by s) as n from t))
       select (sum(rank) filter (where y = 1) - count(*) filter (where y = 1)
               * (count(*) filter (where y = 1) + 1) / 2.0)
         / (count(*) filter (where y = 1) * count(*) filter (where y = 0)) from r'''
for _ in range(int(sys.argv[3])):
    start = time.perf_counter()
    c.execute(q).fetchall()
    print(time.perf_counter() - start)
"""

PROC = """
suppressMessages(library(pROC))
a <- commandArgs(trailingOnly = TRUE)
n <- as.integer(a[4])
s <- readBin(a[1], "double", n)
y <- readBin(a[2], "integer", n)
for (i in seq_len(as.integer(a[3]))) {
  start <- proc.time()[["elapsed"]]
  r <- roc(y, s, levels = c(0, 1), direction = "<", quiet = TRUE)
  v <- var(r, method = "delong")
  cat(proc.time()[["elapsed"]] - start, "\\n")
}
"""


def run(command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        return None
    return statistics.median(float(line) for line in result.stdout.split())


SCORES = ["s", "s2", "s3", "s4", "s5"]


class Bench:
    def __init__(self, options, cases):
        import numpy as np
        self.options, self.cases = options, cases
        self.folder = os.path.join(options.folder, "signals-%d" % cases)
        self.s, self.y = self.path("s.npy"), self.path("y.npy")
        self.own_peak = 0
        if not os.path.exists(self.y):
            os.makedirs(self.folder, exist_ok=True)
            random = np.random.default_rng(7)
            y = (random.random(cases) < 0.1).astype(np.int32)
            columns = {}
            for place, name in enumerate(SCORES):
                signal = random.normal(size=cases) + (1.4 - 0.2 * place) * y - 2.5
                columns[name] = np.round(1 / (1 + np.exp(-signal)), 9)
            # A score of three values, as many have it.
            columns["few"] = np.digitize(columns["s"], [0.1, 0.4]).astype(np.int32)
            np.save(self.s, columns["s"])
            columns["s"].tofile(self.path("s.bin"))
            y.tofile(self.path("y.bin"))
            import duckdb, pyarrow
            t0 = pyarrow.table({**columns, "y": y})
            duckdb.execute("copy t0 to '%s' (header, delimiter ',')" % self.path("t.csv"))
            np.save(self.y, y)

    def path(self, name):
        return os.path.join(self.folder, name)

    def python(self, code):
        return run([sys.executable, "-c", code, self.s, self.y, str(self.options.runs)])

    def proc(self):
        if self.cases > 2_000_000 or not shutil.which("Rscript"):
            return None
        return run(["Rscript", "-e", PROC, self.path("s.bin"), self.path("y.bin"),
                    str(self.options.runs), str(self.cases)])

    def casebook(self, statement):
        workspace = self.path("work.casebook")
        program = [self.options.casebook, "--quiet", "--format", "csv", "--threads", "2"]
        if not os.path.exists(workspace):
            subprocess.run(program + ["-c", "load \"%s\" as t" % self.path("t.csv"), workspace],
                           check=True, stdout=subprocess.DEVNULL)
        seconds, peak = [], 0
        for _ in range(self.options.runs):
            times = []
            more = 10 if self.cases <= 1_000_000 else 2
            for count in (1, 1 + more):
                start = time.perf_counter()
                process = subprocess.Popen(program + ["-c", "; ".join([statement] * count), workspace],
                                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                _, status, usage = os.wait4(process.pid, 0)
                times.append(time.perf_counter() - start)
                if status != 0:
                    raise SystemExit("failed: " + statement)
                if count == 1:
                    peak = max(peak, usage.ru_maxrss * 1024)
            seconds.append((times[1] - times[0]) / more)
        return statistics.median(seconds), peak

    def show(self, name, statement, columns):
        """A line with the time and the peak of a statement that reads so many columns of eight bytes."""
        if not self.own_peak:
            self.own_peak = self.casebook("print 1")[1]
        seconds, peak = self.casebook(statement)
        peak -= self.own_peak
        allowed = self.cases * (12 * columns + 24)
        print("  %-36s %8.3f s, peak %d MB (allowed %d)" % (name, seconds, peak >> 20, allowed >> 20))
        return seconds


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--casebook", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--cases", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--resamples", action="store_true", help="time 1,000 resamples above a million cases, too")
    options = parser.parse_args()
    for cases in options.cases:
        bench = Bench(options, cases)
        print("%d cases" % cases)
        ours = bench.show(
            "casebook signals, one score", "t | signals s label=y direction=higher", 2)
        for name, seconds in (
            ("scikit-learn AUC, AP, Brier, ROC", bench.python(SKLEARN)),
            ("DuckDB AUC by window functions", bench.python(DUCKDB)),
            ("R pROC, ROC with DeLong's variance", bench.proc()),
        ):
            if seconds is None:
                print("  %-36s not here" % name)
            else:
                print("  %-36s %8.3f s, ours is %.3f of it" % (name, seconds, ours / seconds))
        bench.show(
            "casebook signals, five scores",
            "t | signals %s label=y direction=higher" % ", ".join(SCORES), 6)
        bench.show("casebook signals, three values", "t | signals few label=y direction=higher", 2)
        if cases <= 1_000_000 or options.resamples:
            bench.show(
                "casebook signals, 1,000 resamples",
                "t | signals s label=y direction=higher interval=bootstrap samples=1000", 2)


main()

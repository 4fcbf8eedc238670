#!/usr/bin/env python3
"""Measures the prompt: start, echo of a key, history and Ctrl-C, as a person at a terminal sees them.

Usage: scripts/benchmarks/prompt.py [CASEBOOK] [STARTS]

CASEBOOK is a release build. A folder of its own stands for the home folder.
"""

import fcntl
import os
import pty
import select
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROMPT = b"casebook> "
ENTRIES = 100_000


class Terminal:
    def __init__(self, program, home):
        environment = {
            "HOME": home, "XDG_CONFIG_HOME": home + "/config", "XDG_STATE_HOME": home + "/state",
            "TERM": "xterm-256color", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
        }
        # Opened before the start is timed; a fork of this interpreter would be timed, too.
        self.descriptor, child = pty.openpty()
        fcntl.ioctl(child, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [program], stdin=child, stdout=child, stderr=child, env=environment,
            start_new_session=True)
        os.close(child)

    def send(self, text):
        os.write(self.descriptor, text)
        return time.perf_counter()

    def expect(self, text, seconds=30.0):
        """Milliseconds until the text came."""
        start, seen = time.perf_counter(), b""
        while text not in seen:
            ready, _, _ = select.select([self.descriptor], [], [], seconds)
            if not ready:
                raise SystemExit(f"{text!r} did not come; seen: {seen[-300:]!r}")
            seen += os.read(self.descriptor, 1 << 16)
        return (time.perf_counter() - start) * 1000

    def rest(self, seconds=0.3):
        while select.select([self.descriptor], [], [], seconds)[0]:
            os.read(self.descriptor, 1 << 16)

    def echo(self, text):
        """Milliseconds to the first output after each key."""
        times = []
        for key in text:
            start = self.send(key.encode())
            select.select([self.descriptor], [], [], 5)
            os.read(self.descriptor, 1 << 16)
            times.append((time.perf_counter() - start) * 1000)
            time.sleep(0.005)
        return times

    def end(self):
        self.process.kill()
        self.process.wait()
        os.close(self.descriptor)


def report(what, times):
    ordered = sorted(times)
    print(
        f"{what:45} median {statistics.median(times):7.2f}  95 % {ordered[int(len(ordered) * 0.95)]:7.2f}"
        f"  most {ordered[-1]:7.2f} ms  ({len(times)})")


def write_history(home, count):
    os.makedirs(home + "/state/casebook", exist_ok=True)
    with open(home + "/state/casebook/history", "w") as file:
        for number in range(count):
            file.write(
                '{"at":"2026-01-01T00:00:00.0000000Z","statement":"cases | where queue == \'q%d\' '
                '| summarize n = count() by reviewer"}\n' % number)


def starts(program, home, count):
    times = []
    for _ in range(count):
        terminal = Terminal(program, home)
        terminal.expect(PROMPT)
        times.append((time.perf_counter() - terminal.started) * 1000)
        terminal.end()
    return times


def main():
    program = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else ".build/release/casebook")
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 30
    home = tempfile.mkdtemp(prefix="casebook-prompt-")
    try:
        write_history(home, 0)
        report("start to prompt", starts(program, home, count))
        write_history(home, ENTRIES)
        report("start to prompt, 100,000 statements", starts(program, home, count))

        terminal = Terminal(program, home)
        terminal.expect(PROMPT)
        terminal.rest()
        report("echo of a key", terminal.echo('cases | where queue == "x" and reports > 3 ' * 5))
        terminal.send(b"\x15\x1b[200~" + b"print 'a pasted line of text'\n" * 340 + b"\x1b[201~")
        report("paste of 10,200 characters", [terminal.expect(b"-> ")])
        terminal.rest(1)
        report("echo of a key behind them", terminal.echo("abcdefghijklmnopqrst"))
        terminal.send(b"\x03")
        terminal.expect(PROMPT)
        terminal.send(b"\x1b[A")
        report("recall of the newest of 100,000", [terminal.expect(b"q99999")])
        terminal.send(b"\x12")
        terminal.rest()
        terminal.send(b"Z")
        report("search in 100,000 without a match", [terminal.expect(b"not in")])
        terminal.send(b"\x07\x03")
        terminal.rest()
        stops = []
        for _ in range(10):
            terminal.send(
                b"range n from 1 to 90000000 step 1 | summarize dcount(strcat('a', tostring(n)))\r")
            terminal.expect(b"running")
            terminal.send(b"\x03")
            stops.append(terminal.expect(b"interrupted"))
            terminal.rest(1.2)
        report("Ctrl-C to the prompt", stops)
        terminal.end()
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()

import CasebookValues
import Glibc

/// The wall clock, in ticks since 0001-01-01 UTC.
func wallClock() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Instant.unixEpoch + Int64(time.tv_sec) * Ticks.perSecond + Int64(time.tv_nsec) / 100
}

/// Seconds from some fixed moment, for measuring.
@Sendable func stopwatch() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

import CasebookRender
import Testing

@Suite struct HumanNumberTests {
  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(_ count: Int, _ text: String) { #expect(formatCount(count) == text) }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (17_000, "17.0 kB"), (296_000_000, "296 MB"),
    (999_960, "1.0 MB"), (1_500_000_000, "1.5 GB"),
  ])
  func bytes(_ count: Int, _ text: String) { #expect(formatBytes(count) == text) }

  @Test(
    arguments: [
      (0, "0 s"), (0.0000004, "0 µs"), (0.000012, "12 µs"), (0.0082, "8.2 ms"), (0.1204, "120 ms"),
      (0.9999, "1.00 s"), (1.236, "1.24 s"), (42.06, "42.1 s"), (59.96, "1 min"),
      (200, "3 min 20 s"),
      (7500, "2 h 5 min"), (3599.7, "1 h"), (273_600, "3 d 4 h"), (-2, "-2.00 s"), (.nan, "?"),
    ] as [(Double, String)])
  func durations(_ seconds: Double, _ text: String) { #expect(formatDuration(seconds) == text) }

  @Test(
    arguments: [
      (0, "0 %"), (0.00001, "<0.1 %"), (0.4321, "43.2 %"), (0.5, "50 %"), (0.99999, ">99.9 %"),
      (1, "100 %"), (1.25, "125 %"),
    ] as [(Double, String)])
  func shares(_ share: Double, _ text: String) { #expect(formatShare(share) == text) }

  @Test func rates() {
    #expect(formatRate(3_400_000) == "3.4 M rows/s")
    #expect(formatRate(12, unit: "cases") == "12 cases/s")
    #expect(formatRate(.infinity) == "? rows/s")
  }

  @Test func nouns() {
    #expect(formatCount(1, of: "row") == "1 row")
    #expect(formatCount(1234, of: "row") == "1,234 rows")
  }

  private let load = ProgressLine(
    label: "load events.csv", share: 0.439, rows: 2_100_000, rowsPerSecond: 3_400_000,
    remainingSeconds: 1.2)

  @Test func progressTellsWhatIsKnown() {
    #expect(
      load.text(.plain)
        == "load events.csv  43 %  2.1 M rows  3.4 M rows/s  about 2 s left")
    #expect(ProgressLine(label: "sort", elapsedSeconds: 3).text(.plain) == "sort  3.00 s")
    #expect(
      ProgressLine(label: "x", share: .nan, remainingSeconds: 100).text(.plain)
        == "x  0 %  about 2 min left")
  }

  @Test func progressFitsTheScreen() {
    #expect(
      load.text(Screen(width: 40, colour: false)) == "load events.csv  43 %  about 2 s left")
    for width in 1..<80 {
      #expect(load.text(Screen(width: width, colour: false)).count <= width)
    }
  }
}

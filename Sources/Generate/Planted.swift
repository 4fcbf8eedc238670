/// A problem that is in every generated set on purpose.
public struct PlantedProblem: Sendable, Equatable {
  /// A short name.
  public let name: String
  /// What is wrong, with its numbers.
  public let summary: String
  /// The rows concerned, as the condition of a `where`.
  public let segment: String
  /// The first instant of the problem; nil when it is there from the beginning.
  public let since: String?
  /// A statement that shows it.
  public let look: String
}

extension Operation {
  /// The planted problems, for documentation and for tests.
  public static let planted: [PlantedProblem] = [
    PlantedProblem(
      name: "bottleneck",
      summary:
        "From week 9 cases wait about 110 hours for Language review in the portuguese queue, nine "
        + "times as long as before; Route to Language review becomes the costliest wait of all.",
      segment: #"language == "pt""#,
      since: Period.text(of: Planted.bottleneckBegins),
      look: "events | bottlenecks | take 5"),
    PlantedProblem(
      name: "decline",
      summary:
        "From week 12, with model v3.2, score_a ranks cases of ID little better than chance: its "
        + "AUC there falls from 0.84 to about 0.61. Elsewhere, and for score_b, nothing changes.",
      segment: #"country == "ID""#,
      since: Period.text(of: Planted.declineBegins),
      look:
        #"cases | slices score_a label=outcome positive="violating" negative="benign" "#
        + "across=(country, vertical)"),
    PlantedProblem(
      name: "vendor",
      summary:
        "Reviewers of cadence are right on 78 % of golden items, those of the other vendors on 92 "
        + "to 97 %; they miss violating cases more than they accuse benign ones, and are faster.",
      segment: #"vendor == "cadence""#,
      since: nil,
      look:
        "reviews | where golden | summarize n = count(), right = countif(label == truth) by vendor"),
    PlantedProblem(
      name: "rule",
      summary:
        "About 4 % of the cases are fraud from trusted flaggers against accounts with three or "
        + "more strikes: 98 % of them are violating. No two of the three conditions reach 95 %.",
      segment: #"prior_strikes >= 3 and source == "trusted_flagger" and vertical == "fraud""#,
      since: nil,
      look:
        #"cases | where prior_strikes >= 3 and source == "trusted_flagger" and vertical == "fraud""#
        + " | summarize count() by outcome"),
    PlantedProblem(
      name: "selective review",
      summary:
        "Cases with score_b below 0.15 are closed without a person, save a random tenth; their "
        + "outcome is empty. So a case is reviewed with probability 0.1 there and 1 elsewhere.",
      segment: "score_b < 0.15",
      since: nil,
      look: "cases | summarize n = count(), labelled = countif(isnotempty(outcome)) by queue"),
    PlantedProblem(
      name: "duplicate events",
      summary: "0.3 % of the events are in the log twice, all columns alike.",
      segment: "true",
      since: nil,
      look:
        "events | summarize n = count() by case_id, step, started_at, completed_at, agent "
        + "| where n > 1 | count"),
    PlantedProblem(
      name: "late events",
      summary:
        "The log stands in the order in which it was received; 0.3 % of the events were received "
        + "up to six hours late and stand below events that happened after them.",
      segment: "true",
      since: nil,
      look: "events | serialize | where completed_at < prev(completed_at) | count"),
    PlantedProblem(
      name: "swapped times",
      summary: "0.05 % of the events with two times have them swapped: the end precedes the start.",
      segment: "completed_at < started_at",
      since: nil,
      look: "events | where completed_at < started_at | count"),
    PlantedProblem(
      name: "missing scores",
      summary: "3 % of score_a and 5 % of score_b are missing, at random.",
      segment: "isnull(score_a) or isnull(score_b)",
      since: nil,
      look: "cases | summarize no_a = countif(isnull(score_a)), no_b = countif(isnull(score_b))"),
  ]
}

/// The numbers behind the planted problems.
enum Planted {
  static let bottleneckBegins = Period.start(ofWeek: 9)
  static let bottleneckLanguage = "pt"
  static let bottleneckQueue = Queue.portuguese

  static let declineBegins = Period.start(ofWeek: 12)
  static let declineCountry = "ID"
  /// How much of its signal score_a keeps, and how far its values move up.
  static let declineKeeps = 0.25
  static let declineMoves = 0.4

  static let poorVendor = Vendor.cadence

  static let ruleStrikes = 3
  static let ruleViolating = 0.98

  /// In ten-thousandths, as scores are written.
  static let reviewedFromScoreB = 1500
  static let auditedShare = 0.1

  static let duplicateShare = 0.003
  static let lateShare = 0.003
  static let swappedShare = 0.0005
  static let scoreAMissing = 0.03
  static let scoreBMissing = 0.05
}

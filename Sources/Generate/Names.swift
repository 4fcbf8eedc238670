// The words of the operation. Raw values index the tables of `Words` and of `World`.

enum Vertical: UInt8, CaseIterable {
  case fraud, spam, harassment, hate, adult, counterfeit
}

enum Source: UInt8, CaseIterable {
  case user_report, classifier, trusted_flagger, email, authority
}

enum Queue: UInt8, CaseIterable {
  case auto, general, fraud, conduct, portuguese, authority, specialist, appeals
}

enum Vendor: UInt8, CaseIterable {
  case inhouse, atlas, borealis, cadence
}

enum Decision: UInt8, CaseIterable {
  case remove, restrict, warn, no_action
}

/// What a case, or a reviewer's label, turns out to be.
enum Finding: UInt8, CaseIterable {
  case benign, violating
}

enum AppealResult: UInt8, CaseIterable {
  case upheld, reversed
}

enum Step: UInt8, CaseIterable {
  case intake, screen, route, review, languageReview, specialistReview, secondReview
  case requestInformation, informationReceived, qualityCheck, notify, appeal, appealReview, close

  var name: String {
    switch self {
    case .intake: "Intake"
    case .screen: "Screen"
    case .route: "Route"
    case .review: "Review"
    case .languageReview: "Language review"
    case .specialistReview: "Specialist review"
    case .secondReview: "Second review"
    case .requestInformation: "Request information"
    case .informationReceived: "Information received"
    case .qualityCheck: "Quality check"
    case .notify: "Notify"
    case .appeal: "Appeal"
    case .appealReview: "Appeal review"
    case .close: "Close"
    }
  }
}

/// A policy belongs to one vertical.
struct Policy {
  let name: String
  let vertical: Vertical

  static let all: [Policy] = [
    Policy(name: "phishing", vertical: .fraud),
    Policy(name: "investment_scam", vertical: .fraud),
    Policy(name: "account_takeover", vertical: .fraud),
    Policy(name: "bulk_spam", vertical: .spam),
    Policy(name: "fake_engagement", vertical: .spam),
    Policy(name: "link_farm", vertical: .spam),
    Policy(name: "bullying", vertical: .harassment),
    Policy(name: "threats", vertical: .harassment),
    Policy(name: "doxxing", vertical: .harassment),
    Policy(name: "slurs", vertical: .hate),
    Policy(name: "hate_group", vertical: .hate),
    Policy(name: "nudity", vertical: .adult),
    Policy(name: "solicitation", vertical: .adult),
    Policy(name: "counterfeit_goods", vertical: .counterfeit),
    Policy(name: "trademark", vertical: .counterfeit),
  ]
}

/// A country, its share of the cases, and the two languages most written there; what remains is
/// English.
struct Country {
  let code: String
  let weight: Double
  let first: String
  let firstShare: Double
  let second: String
  let secondShare: Double

  init(
    _ code: String, _ weight: Double, _ first: String, _ firstShare: Double, _ second: String = "",
    _ secondShare: Double = 0
  ) {
    self.code = code
    self.weight = weight
    self.first = first
    self.firstShare = firstShare
    self.second = second
    self.secondShare = secondShare
  }

  static let all: [Country] = [
    Country("US", 0.160, "en", 0.82, "es", 0.14), Country("IN", 0.100, "hi", 0.55),
    Country("ID", 0.090, "id", 0.74), Country("BR", 0.085, "pt", 0.93, "es", 0.03),
    Country("GB", 0.060, "en", 0.95, "pl", 0.02), Country("DE", 0.050, "de", 0.85, "tr", 0.06),
    Country("FR", 0.050, "fr", 0.90, "pt", 0.03), Country("MX", 0.050, "es", 0.94),
    Country("JP", 0.045, "ja", 0.96), Country("TR", 0.040, "tr", 0.94),
    Country("ES", 0.035, "es", 0.91), Country("PH", 0.035, "tl", 0.55),
    Country("IT", 0.030, "it", 0.93), Country("PL", 0.030, "pl", 0.94),
    Country("NG", 0.030, "en", 0.98), Country("VN", 0.030, "vi", 0.95),
    Country("TH", 0.025, "th", 0.95), Country("KR", 0.020, "ko", 0.96),
    Country("NL", 0.020, "nl", 0.82, "id", 0.03), Country("PT", 0.015, "pt", 0.91, "es", 0.03),
  ]

  /// Every language, in first appearance.
  static let languages: [String] = {
    var languages = ["en"]
    for country in all {
      for language in [country.first, country.second]
      where !language.isEmpty && !languages.contains(language) {
        languages.append(language)
      }
    }
    return languages
  }()
}

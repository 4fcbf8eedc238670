import CasebookLanguage
import CasebookQuery
import CasebookTables
import CasebookValues

/// What `qa_plan` is asked for, and what its rows then say.
enum QualityQuestion: Sendable {
  case margin(Double, expected: Double, confidence: Double)
  case zero(Double, confidence: Double)
  case acceptance(aql: Double, ltpd: Double, curve: [Double]?)
  case given(AcceptancePlan, curve: [Double]?)
  case compare(Double, Double, confidence: Double, power: Double)
  case strata(total: Int, rate: Int, strata: Field, column: Int)

  /// The risks that an acceptance plan keeps, of the one who delivers and the one who checks.
  private static let producerRisk = 0.05
  private static let consumerRisk = 0.1
  private static let curveRates = [0.005, 0.01, 0.02, 0.03, 0.05, 0.08, 0.1, 0.15]

  /// Reads the settings: those of one question, and no other's.
  init(_ arguments: AnalysisArguments, over fields: [Field]) throws(Diagnostic) {
    let questions: [(own: [String], needs: [String])] = [
      (["margin", "expected", "confidence"], ["margin"]), (["zero", "confidence"], ["zero"]),
      (["aql", "ltpd", "of", "at"], ["aql", "ltpd"]),
      (["n", "accept", "of", "at"], ["n", "accept"]),
      (["compare", "confidence", "power"], ["compare"]),
      (["total", "rate", "strata"], ["total", "rate", "strata"]),
    ]
    guard let asked = questions.first(where: { $0.needs.contains(where: arguments.has) }) else {
      throw arguments.problem(
        "qa_plan needs to know what the check is for",
        help: "margin=0.03, zero=0.01, aql=0.01 ltpd=0.05, compare=(0.95, 0.92), or total=500 "
          + "rate=COLUMN strata=COLUMN")
    }
    if let missing = asked.needs.first(where: { !arguments.has($0) }) {
      throw arguments.problem(
        "\(asked.needs[0] == missing ? asked.needs[1] : asked.needs[0])= needs \(missing)= as well",
        help: asked.needs.map { $0 + "=" }.joined(separator: " "))
    }
    for name in questions.flatMap(\.own) where arguments.has(name) && !asked.own.contains(name) {
      throw arguments.problem(
        "\(name)= does not belong to \(asked.needs[0])=",
        help: "ask one thing at a time: "
          + asked.own.map { $0 + "=" }.joined(separator: ", "), at: arguments.syntax(name)?.span)
    }
    let inside = { (share: Double) in share > 0 && share < 1 }
    let words = "a share between 0 and 1"
    func share(_ name: String) throws(Diagnostic) -> Double? {
      try arguments.real(name, expected: words, where: inside)
    }
    let confidence = try share("confidence") ?? 0.95
    switch asked.needs[0] {
    case "margin":
      self = .margin(
        try share("margin") ?? 0, expected: try share("expected") ?? 0.5, confidence: confidence)
    case "zero": self = .zero(try share("zero") ?? 0, confidence: confidence)
    case "aql":
      let (aql, ltpd) = (try share("aql") ?? 0, try share("ltpd") ?? 0)
      if aql >= ltpd {
        throw arguments.problem(
          "aql is to be below ltpd",
          help: "aql is the rate that is still good, ltpd one that is bad",
          at: arguments.syntax("aql")?.span)
      }
      self = .acceptance(aql: aql, ltpd: ltpd, curve: try Self.curve(arguments))
    case "n":
      let n = try arguments.count("n", in: 1...1_000_000_000, otherwise: 1)
      let accept = try arguments.count("accept", in: 0...n, otherwise: 0)
      self = .given(AcceptancePlan(n: n, accept: accept), curve: try Self.curve(arguments))
    case "compare":
      guard let two = try arguments.reals("compare", expected: words, where: inside),
        two.count == 2, two[0] != two[1]
      else {
        throw arguments.expected(
          "compare", "two different shares, such as (0.95, 0.92)",
          at: arguments.syntax("compare")?.span ?? arguments.stage.span)
      }
      self = .compare(
        two[0], two[1], confidence: confidence, power: try share("power") ?? 0.8)
    default: self = try Self.strata(arguments, fields)
    }
  }

  private static func curve(_ arguments: AnalysisArguments) throws(Diagnostic) -> [Double]? {
    let rates = try arguments.reals(
      "at", expected: "rates from 0 to 1", where: { $0 >= 0 && $0 <= 1 })
    let isCurve = try arguments.word("of", ["plan", "curve"]) == "curve"
    return isCurve || rates != nil ? rates ?? curveRates : nil
  }

  private static func strata(
    _ arguments: AnalysisArguments, _ fields: [Field]
  ) throws(Diagnostic) -> QualityQuestion {
    let total = try arguments.count("total", in: 1...1_000_000_000, otherwise: 1)
    guard let rate = try arguments.column("rate"), let strata = try arguments.column("strata")
    else {
      throw arguments.problem("total= needs rate= and strata=", help: "name a column each")
    }
    guard fields[rate].type.isNumeric || fields[rate].type == .bool else {
      throw arguments.problem(
        "a rate is a number or true or false, and this is \(fields[rate].type.name)",
        help: "convert it, for example with todouble()", at: arguments.syntax("rate")?.span)
    }
    // A column that is called as one of the plan's own gets a 1.
    var names = NameSet(strataFields.map(\.name))
    var field = fields[strata]
    field.name = names.unique(field.name)
    return .strata(total: total, rate: rate, strata: field, column: strata)
  }

  /// Whether the rows are points of an operating curve.
  var isCurve: Bool {
    switch self {
    case .acceptance(_, _, let curve), .given(_, let curve): curve != nil
    default: false
    }
  }

  /// The columns, named as those who publish such tables do.
  var fields: [Field] {
    func reals(_ names: String...) -> [Field] { names.map { Field($0, .real) } }
    func longs(_ names: String...) -> [Field] { names.map { Field($0, .long) } }
    switch self {
    case .margin:
      return reals("margin", "expected", "confidence") + longs("population") + reals("n_raw")
        + longs("n")
    case .zero:
      return reals("defect_rate", "confidence") + longs("n_binomial", "rule_of_three")
        + longs("lot", "defects", "n")
    case .acceptance(_, _, nil):
      return reals("aql", "ltpd", "alpha", "beta") + longs("n", "accept")
        + reals("producer_risk", "consumer_risk") + [Field("note", .string)]
    case .given(_, nil): return longs("n", "accept")
    case .acceptance, .given: return longs("n", "accept") + reals("defect_rate", "accepted")
    case .compare:
      return reals("p1", "p2", "alpha", "power") + longs("n_per_group") + reals("n_raw")
    case .strata(_, _, let strata, _):
      return [strata] + Self.strataFields
    }
  }

  private static let strataFields =
    [
      Field("N", .long), Field("p", .real), Field("proportional", .real), Field("neyman", .real),
      Field("equal_alloc", .real), Field("n_proportional", .long), Field("n_neyman", .long),
      Field("n_equal", .long), Field("se_proportional_fpc", .real), Field("se_neyman_fpc", .real),
      Field("se_equal_fpc", .real), Field("se_srs_fpc", .real), Field("note", .string),
    ]

  /// The rows for a lot of so many.
  func rows(lot: Int, _ strata: StrataRates?, _ context: RunContext) throws -> [[Scalar]] {
    switch self {
    case .margin(let margin, let expected, let confidence):
      return [nil, lot].map { population in
        let raw = SampleSize.margin(
          margin, expected: expected, confidence: confidence, population: population)
        return [
          .real(margin), .real(expected), .real(confidence), .figure(population), .real(raw),
          .figure(Self.up(raw)),
        ]
      }
    case .zero(let rate, let confidence):
      // A lot at the rate or beyond has at least so many.
      let defects = Int((rate * Double(lot) * (1 - 1e-12)).rounded(.up))
      return [
        [
          .real(rate), .real(confidence),
          .figure(Self.up(SampleSize.withoutDefects(rate: rate, confidence: confidence))),
          .figure(Self.up(3 / rate * (1 - 1e-12))), .figure(lot), .figure(defects),
          .figure(SampleSize.withoutDefects(lot: lot, defects: defects, confidence: confidence)),
        ]
      ]
    case .acceptance(let aql, let ltpd, let curve):
      return try acceptanceRows(aql, ltpd, curve, context)
    case .given(let plan, let curve): return Self.curveRows(plan, curve ?? [])
    case .compare(let p1, let p2, let confidence, let power):
      let raw = SampleSize.difference(p1, p2, confidence: confidence, power: power)
      return [
        [
          .real(p1), .real(p2), .real(((1 - confidence) * 1e12).rounded() / 1e12), .real(power),
          .figure(Self.up(raw)),
          .real(raw),
        ]
      ]
    case .strata(let total, _, _, _): return strata?.rows(total: total) ?? []
    }
  }

  private func acceptanceRows(
    _ aql: Double, _ ltpd: Double, _ curve: [Double]?, _ context: RunContext
  ) throws -> [[Scalar]] {
    let plan = try AcceptancePlan(
      aql: aql, ltpd: ltpd, producerRisk: Self.producerRisk, consumerRisk: Self.consumerRisk,
      context)
    if let curve { return plan.map { Self.curveRows($0, curve) } ?? [] }
    return [
      [
        .real(aql), .real(ltpd), .real(Self.producerRisk), .real(Self.consumerRisk),
        .figure(plan?.n), .figure(plan?.accept), .figure(plan?.refusal(at: aql)),
        .figure(plan?.acceptance(at: ltpd)),
        .string(
          plan == nil ? "n: more than \(countText(AcceptancePlan.mostAccepted)) to accept" : ""),
      ]
    ]
  }

  private static func curveRows(_ plan: AcceptancePlan, _ rates: [Double]) -> [[Scalar]] {
    rates.map {
      [.figure(plan.n), .figure(plan.accept), .real($0), .real(plan.acceptance(at: $0))]
    }
  }

  /// The next whole number, null beyond what one holds.
  static func up(_ raw: Double) -> Int? { Int(exactly: raw.rounded(.up)) }

  /// One sentence for a lot without groups.
  func say(lot: Int, _ strata: StrataRates?, _ context: RunContext) {
    switch self {
    case .margin(let margin, let expected, let confidence):
      let raw = SampleSize.margin(
        margin, expected: expected, confidence: confidence, population: lot)
      guard lot > 0, let n = Self.up(raw) else { return }
      context.find(
        "\(countText(n)) of \(rowsText(lot)), drawn at random, show a share near \(spokenNumber(expected)) within "
          + "\(spokenNumber(margin)) (\(spokenNumber(confidence * 100)) %).")
    case .zero(let rate, let confidence):
      guard let n = Self.up(SampleSize.withoutDefects(rate: rate, confidence: confidence)) else {
        return
      }
      context.find(
        "\(countText(n)) cases without a defect show a rate below \(spokenNumber(rate)) "
          + "(\(spokenNumber(confidence * 100)) %).")
    case .strata(let total, _, _, _): strata?.say(total: total, context)
    case .acceptance, .given, .compare: return
    }
  }
}

public import CasebookLanguage
import CasebookQuery

/// The grammar of the statements that define queues and rules.
///
/// The commands of the shell take their signatures from here, and stored definitions are read with the
/// same ones.
public enum TriageGrammar {
  /// `queue general hours "24x7" staff 8 aht 4m`.
  public static let queue = Signature(
    "queue", role: .command, isAmendable: true,
    [
      .name("name"),
      .clauses([
        [.word("hours"), .string("hours")], [.word("staff"), .amount("staff")],
        [.word("aht"), .amount("aht")],
        [.word("order"), .oneOf("order", QueueOrder.allCases.map(\.rawValue))],
        [.word("sla"), .amount("sla"), .optional([.oneOf("open", ["open"])])],
        [.word("escalates"), .name("escalates"), .word("after"), .amount("after")],
      ]),
    ])

  /// `pool vendor_a staff 20 shrinkage 30% serves (general)`.
  public static let pool = Signature(
    "pool", role: .command,
    [
      .name("name"),
      .clauses([
        [.word("staff"), .amount("staff")],
        [.word("shrinkage"), .amount("shrinkage"), .symbol("%")],
        [
          .word("serves"),
          .bracketed([.repeated("serves", separator: ",", [.name("queue")])]),
        ],
      ]),
    ])

  /// `list trusted from known_good.actor_id`.
  public static let list = Signature(
    "list", role: .command, [.name("name"), .word("from"), .path("from")])

  /// `ruleset intake on cases key case_id default route general`.
  public static let ruleset = Signature(
    "ruleset", role: .command, isAmendable: true,
    [
      .name("name"),
      .clauses([
        [.word("on"), .name("on")], [.word("key"), .name("key")],
        [.word("decided"), .name("decided")], [.word("handling"), .name("handling")],
        [.word("mode"), .oneOf("mode", RulesetMode.allCases.map(\.rawValue))],
        [.word("default"), .oneOf("default", ["route", "escalate"]), .name("default queue")],
        [.word("unknown"), .oneOf("unknown", ["route", "escalate"]), .name("unknown queue")],
        [
          .repeated(
            "never", separator: "",
            [
              .word("never"), .word("close"), .word("when"), .expression("when"), .word("route"),
              .name("queue"),
            ])
        ],
        [
          .repeated(
            "right", separator: "",
            [
              .word("right"), .oneOf("action", ExclusiveKind.allCases.map(\.rawValue)),
              .word("when"), .expression("right"),
              .optional([.word("wrong"), .expression("wrong")]),
            ])
        ],
        [.word("overturned"), .word("when"), .expression("overturned")],
        [.word("draws"), .word("from"), .amount("draws")],
      ]),
    ])

  /// `rule cse_high in intake at 10 when ... then ...`.
  public static let rule = Signature(
    "rule", role: .command, isAmendable: true,
    [
      .name("name"), .word("in"), .name("set"),
      .clauses([
        [.word("at"), .amount("at")], [.word("when"), .expression("when")],
        [.word("then"), .repeated("then", separator: ",", [.choice(actions)])],
        [.word("because"), .string("because")], [.word("owner"), .string("owner")],
        [.word("from"), .date("from")], [.word("to"), .date("to")],
        [.word("state"), .oneOf("state", RuleState.allCases.map(\.rawValue))],
      ]),
    ])

  /// `test "..." in intake given (...) gives route general`, and `test intake`.
  public static let test = Signature(
    "test", role: .tableCommand,
    [
      .choice([
        [
          .string("name"), .word("in"), .name("set"),
          .clauses([
            [.word("given"), .bracketedParameters([])],
            [.word("gives"), .repeated("gives", separator: ",", [.choice(outcomes)])],
          ]),
        ],
        [.operand("whole")],
      ])
    ])

  private static let actions: [[GrammarElement]] = [
    [.oneOf("action", ["route", "escalate"]), .name("queue")],
    [.oneOf("action", ["close"]), .string("reason")],
    [
      .oneOf("action", ["hold"]), .word("until"), .expression("until"), .word("to"),
      .name("queue"), .optional([.oneOf("paused", ["paused"])]),
    ],
    [.oneOf("action", ["label", "unlabel"]), .operand("label")],
    [.oneOf("action", ["sla"]), .amount("sla"), .optional([.oneOf("open", ["open"])])],
    [.oneOf("action", ["priority"]), .amount("priority")],
    [.oneOf("action", ["qa"]), .amount("qa"), .symbol("%")],
    [.oneOf("action", ["note"]), .string("note")],
    [.oneOf("action", ["continue"])],
  ]

  private static let outcomes: [[GrammarElement]] = [
    [.oneOf("gives", ["route", "escalate", "hold"]), .name("queue")],
    [.oneOf("gives", ["close"]), .optional([.string("reason")])],
    [.oneOf("gives", ["conflict", "error"])],
    [.oneOf("gives", ["by"]), .name("rule")],
    [.oneOf("gives", ["label", "unlabel"]), .operand("label")],
    [.oneOf("gives", ["sla"]), .amount("sla")],
    [.oneOf("gives", ["priority"]), .amount("priority")],
  ]

  /// `param cut: real = 0.9`, as a stored ruleset holds the parameters that it reads.
  static let parameter = Signature(
    "param", role: .command,
    [.name("name"), .symbol(":"), .type("type"), .symbol("="), .expression("value")])

  /// The statements that a stored ruleset consists of.
  public static let statements = [parameter, queue, pool, list, ruleset, rule, test]

  /// What reads stored definitions: the statements, and KQL's stages for pipelines within conditions.
  static let reading = SignatureSet(StageCatalogue.set.signatures + statements)
}

/// Why a triage stage could not make its result, without naming any value.
struct TriageFailure: Error, CustomStringConvertible {
  let message: String
  let help: String

  var description: String { "\(message); what helps: \(help)" }
}

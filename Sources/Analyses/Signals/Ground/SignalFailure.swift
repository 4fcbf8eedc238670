/// Why a stage of the signal family could not answer, in one sentence that says what to do.
struct SignalFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

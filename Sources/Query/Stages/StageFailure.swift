/// Why a stage could not make its result, in one sentence that names no value.
struct StageFailure: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A diagnostic is thrown where it ends the work at hand, as in binding.
extension Diagnostic: Error {}

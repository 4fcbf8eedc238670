extension LineEditor {
  /// Looks for an earlier statement while its words are typed, as Ctrl-R does everywhere.
  ///
  /// The statement found stands in the text's place. Enter runs it, Ctrl-C and Ctrl-G give back what stood
  /// there, any other key takes the statement and does what it does. Gives false when it was entered.
  func search(_ text: EditText) -> Bool {
    true
  }
}

import CasebookLanguage

/// Any text goes through lexer, parser, formatter and completion; a broken law is a crash.
///
/// The grammar is the sample that the language's tests use too: with it, the whole engine need not be
/// built for the fuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  fuzzLanguage(UnsafeRawBufferPointer(start: bytes, count: count), signatures: Sample.signatures)
  return 0
}

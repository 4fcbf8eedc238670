import CasebookEngine
import CasebookLanguage

/// Any text goes through lexer, parser, formatter and completion; a broken law is a crash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
  fuzzLanguage(UnsafeRawBufferPointer(start: bytes, count: count), signatures: Engine.signatures)
  return 0
}

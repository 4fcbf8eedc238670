import CasebookValues

/// Compressed texts in Base64.
enum CompressionFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "gzip_compress_to_base64_string", family: "encoding", [FunctionParameter("text", .string)],
      returns: .string, summary: "A text as a gzip file in Base64, stored without compression.",
      examples: [
        Example(
          "print gzip_decompress_from_base64_string(gzip_compress_to_base64_string('abc'))",
          output: "abc")
      ],
      .rows(nulls: .propagate) { .string(base64(Deflate.gzip(Array($0.text(0).utf8)))) }),
    ScalarFunction(
      "gzip_decompress_from_base64_string", family: "encoding",
      [FunctionParameter("text", .string)], returns: .string,
      summary: "The text of a gzip file given in Base64; \"\" where it is none.",
      examples: [
        Example(
          "print gzip_decompress_from_base64_string('H4sIAAAAAAAA/0tMSgYAwkEkNQMAAAA=')",
          output: "abc")
      ],
      .rows(nulls: .propagate) { decompressed($0.text(0), Inflate.gunzip) }),
    ScalarFunction(
      "zlib_compress_to_base64_string", family: "encoding", [FunctionParameter("text", .string)],
      returns: .string, summary: "A text as a zlib stream in Base64, stored without compression.",
      examples: [
        Example(
          "print zlib_decompress_from_base64_string(zlib_compress_to_base64_string('abc'))",
          output: "abc")
      ],
      .rows(nulls: .propagate) { .string(base64(Deflate.zlib(Array($0.text(0).utf8)))) }),
    ScalarFunction(
      "zlib_decompress_from_base64_string", family: "encoding",
      [FunctionParameter("text", .string)], returns: .string,
      summary: "The text of a zlib stream given in Base64; \"\" where it is none.",
      examples: [
        Example("print zlib_decompress_from_base64_string('eJxLTEoGAAJNASc=')", output: "abc")
      ],
      .rows(nulls: .propagate) { decompressed($0.text(0), Inflate.zlib) }),
  ]

  private static func base64(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { Base64.encode($0) }
  }

  private static func decompressed(_ text: String, _ body: ([UInt8]) -> [UInt8]?) -> Scalar {
    guard let bytes = withBytes(of: text, Base64.decode).flatMap(body) else { return .string("") }
    return .text(String(validating: bytes, as: UTF8.self))
  }
}

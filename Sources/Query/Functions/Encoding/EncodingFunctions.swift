import CasebookValues

/// Base64 and Punycode.
enum EncodingFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "base64_encode_tostring", aliases: ["base64_encodestring"], family: "encoding",
      [FunctionParameter("text", .string)], returns: .string,
      summary: "A text's UTF-8 bytes in Base64.",
      examples: [Example("print base64_encode_tostring('Kusto')", output: "S3VzdG8=")],
      .rows(nulls: .propagate) { .string(Base64.encode($0.text(0))) }),
    ScalarFunction(
      "base64_decode_tostring", aliases: ["base64_decodestring"], family: "encoding",
      [FunctionParameter("text", .string)], returns: .string,
      summary: "The text that a Base64 text holds; \"\" where it holds none.",
      examples: [Example("print base64_decode_tostring('S3VzdG8=')", output: "Kusto")],
      .rows(nulls: .propagate) { .text(Base64.decodeText($0.text(0))) }),
    ScalarFunction(
      "base64_decode_toarray", family: "encoding", [FunctionParameter("text", .string)],
      returns: .dynamic, summary: "The bytes that a Base64 text holds, as an array.",
      examples: [Example("print base64_decode_toarray('S3U=')", output: "[75,117]")],
      .rows(nulls: .propagate) { values in
        .optional(
          withBytes(of: values.text(0), Base64.decode).map { .array($0.map { .long(Int64($0)) }) })
      }),
    ScalarFunction(
      "base64_encode_fromarray", family: "encoding", [FunctionParameter("bytes", .dynamic)],
      returns: .string, summary: "An array of bytes in Base64.",
      examples: [Example("print base64_encode_fromarray(dynamic([75, 117]))", output: "S3U=")],
      .rows(nulls: .propagate) { values in
        let bytes = values.array(0)?.map { element -> UInt8? in
          if case .long(let value) = element { UInt8(exactly: value) } else { nil }
        }
        let known = bytes?.compactMap { $0 } ?? []
        guard known.count == bytes?.count else { return .string("") }
        return .string(known.withUnsafeBufferPointer { Base64.encode($0) })
      }),
    ScalarFunction(
      "base64_decode_toguid", family: "encoding", [FunctionParameter("text", .string)],
      returns: .guid, summary: "The identifier that a Base64 text holds.",
      examples: [
        Example(
          "print base64_decode_toguid('JpbpECu8dUy7Pv5gbeJXAA==')",
          output: "10e99626-bc2b-4c75-bb3e-fe606de25700")
      ],
      .rows(nulls: .propagate) { values in
        withBytes(of: values.text(0), Base64.decode).flatMap { guid(littleEndian: $0) }
          .map(Scalar.guid) ?? .null(.guid)
      }),
    ScalarFunction(
      "base64_encode_fromguid", family: "encoding", [FunctionParameter("guid", .guid)],
      returns: .string, summary: "An identifier in Base64.",
      examples: [
        Example(
          "print base64_encode_fromguid(toguid('10e99626-bc2b-4c75-bb3e-fe606de25700'))",
          output: "JpbpECu8dUy7Pv5gbeJXAA==")
      ],
      .rows(nulls: .propagate) { values in
        .text(
          littleEndianBytes(ofGuid: values.text(0)).map { bytes in
            bytes.withUnsafeBufferPointer { Base64.encode($0) }
          })
      }),
    ScalarFunction(
      "punycode_from_string", family: "encoding", [FunctionParameter("text", .string)],
      returns: .string, summary: "A text in Punycode.",
      examples: [
        Example(
          "print punycode_from_string('académie-française')", output: "acadmie-franaise-npb1a")
      ],
      .rows(nulls: .propagate) { .text(Punycode.encode($0.text(0))) }),
    ScalarFunction(
      "punycode_to_string", family: "encoding", [FunctionParameter("text", .string)],
      returns: .string, summary: "The text that a Punycode text holds; \"\" where it holds none.",
      examples: [
        Example("print punycode_to_string('acadmie-franaise-npb1a')", output: "académie-française")
      ],
      .rows(nulls: .propagate) { .text(Punycode.decode($0.text(0))) }),
    ScalarFunction(
      "punycode_domain_from_string", family: "encoding", [FunctionParameter("domain", .string)],
      returns: .string, summary: "A domain name with its encoded parts decoded.",
      examples: [
        Example("print punycode_domain_from_string('xn--Ge-mia.Bulg.edu')", output: "Gáe.Bulg.edu")
      ],
      .rows(nulls: .propagate) { .text(Punycode.decodeDomain($0.text(0))) }),
    ScalarFunction(
      "punycode_domain_to_string", family: "encoding", [FunctionParameter("domain", .string)],
      returns: .string, summary: "A domain name with its parts encoded where they are not ASCII.",
      examples: [
        Example("print punycode_domain_to_string('Gáe.Bulg.edu')", output: "xn--Ge-mia.Bulg.edu")
      ],
      .rows(nulls: .propagate) { .text(Punycode.encodeDomain($0.text(0))) }),
  ]
}

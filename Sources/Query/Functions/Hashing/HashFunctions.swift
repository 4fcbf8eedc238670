import CasebookValues
import Crypto

/// Hashes: fast ones for sampling and sharding, cryptographic ones for fingerprints.
enum HashFunctions {
  static let all: [ScalarFunction] = [
    ScalarFunction(
      "hash", family: "hashing",
      [
        FunctionParameter("value", .scalar),
        FunctionParameter("modulo", .long, "the result is below it", isOptional: true),
      ], returns: .long,
      summary: "A fast 64-bit hash of a value (xxHash), perhaps reduced by a modulus.",
      details: "No secret: do not use it where someone might look for collisions.",
      examples: [Example("print hash('World', 100)", output: "51")],
      .rows(nulls: .propagate, reducedHash)),
    ScalarFunction(
      "hash_xxhash64", family: "hashing",
      [
        FunctionParameter("value", .scalar),
        FunctionParameter("modulo", .long, "the result is below it", isOptional: true),
      ], returns: .long, summary: "The xxHash64 of a value, perhaps reduced by a modulus.",
      examples: [Example("print hash_xxhash64('World')", output: "1846988464401551951")],
      .rows(nulls: .propagate, reducedHash)),
    digest("hash_sha256", "SHA-256", "print substring(hash_sha256('World'), 0, 8)", "78ae647d") {
      hexDigest(SHA256.self, $0)
    },
    digest("hash_sha1", "SHA-1", "print substring(hash_sha1('World'), 0, 8)", "70c07ec1") {
      hexDigest(Insecure.SHA1.self, $0)
    },
    digest("hash_md5", "MD5", "print substring(hash_md5('World'), 0, 8)", "f5a7924e") {
      hexDigest(Insecure.MD5.self, $0)
    },
    ScalarFunction(
      "hash_many", family: "hashing",
      [
        FunctionParameter("value", .scalar), FunctionParameter("other", .scalar),
        FunctionParameter("more", .scalar, isOptional: true, isRepeated: true),
      ], returns: .long, summary: "One hash of several values.",
      examples: [Example("print hash_many('a', 1) == hash_many('a', 1)", output: "true")],
      .rows(nulls: .handled) { values in
        .long(values.map { XXHash64.hash($0) }.reduce(0, combined))
      }),
    ScalarFunction(
      "hash_combine", family: "hashing",
      [
        FunctionParameter("hash", .long), FunctionParameter("other", .long),
        FunctionParameter("more", .long, isOptional: true, isRepeated: true),
      ], returns: .long, summary: "One hash of several hashes.",
      examples: [Example("print hash_combine(1, 2) == hash_combine(2, 1)", output: "false")],
      .rows(nulls: .propagate) { values in
        .long(values.indices.map { values.long($0) }.reduce(0, combined))
      }),
  ]

  @Sendable private static func reducedHash(_ values: [Scalar]) -> Scalar {
    let hash = XXHash64.hash(values[0])
    guard values.count > 1 else { return .long(hash) }
    let modulus = values.long(1)
    guard modulus > 0 else { return .null(.long) }
    let rest = hash % modulus
    return .long(rest < 0 ? rest + modulus : rest)
  }

  private static func combined(_ hash: Int64, _ next: Int64) -> Int64 {
    XXHash64.hash(hash &* 31 &+ next)
  }

  private static func digest(
    _ name: String, _ algorithm: String, _ query: String, _ output: String,
    _ body: @escaping @Sendable (String) -> String
  ) -> ScalarFunction {
    ScalarFunction(
      name, family: "hashing", [FunctionParameter("value", .scalar)], returns: .string,
      summary: "The \(algorithm) digest of a value's text, in base 16.",
      examples: [Example(query, output: output)],
      .rows(nulls: .handled) { .string(body($0.text(0))) })
  }

  private static func hexDigest<Function: HashFunction>(_: Function.Type, _ text: String) -> String
  {
    var hasher = Function()
    withBytes(of: text) { hasher.update(bufferPointer: UnsafeRawBufferPointer($0)) }
    let digits = Array("0123456789abcdef".utf8)
    var output: [UInt8] = []
    for byte in hasher.finalize() {
      output.append(digits[Int(byte >> 4)])
      output.append(digits[Int(byte & 15)])
    }
    return String(decoding: output, as: UTF8.self)
  }
}

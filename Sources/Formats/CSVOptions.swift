public import CasebookValues

/// What a person says about a delimited text file; everything else is found out from the file.
public struct CSVOptions: Sendable {
  /// What becomes of a line or cell that does not fit.
  public enum ErrorPolicy: Sendable, Hashable {
    /// The load ends with an error that names the line.
    case fail
    /// The line is left out.
    case skip
    /// The cell becomes null; missing cells are added as null and further ones dropped.
    case null
  }

  /// How the bytes spell text.
  public enum Encoding: String, Sendable, Hashable, CaseIterable {
    /// UTF-8, or UTF-16 when the file begins with its mark.
    case utf8 = "utf-8"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"
    case latin1 = "latin1"
    case windows1252 = "windows-1252"
  }

  /// A column's type as declared, for timestamps with the format they are written in.
  public struct DeclaredType: Sendable, Hashable {
    /// The type.
    public var type: ScalarType
    /// The format of a datetime such as `dd/MM/yyyy HH:mm`; ISO and counts since 1970 need none.
    public var format: String?

    /// A declared type.
    public init(_ type: ScalarType, format: String? = nil) {
      self.type = type
      self.format = format
    }
  }

  /// The byte between cells; nil to find out.
  public var delimiter: UInt8?
  /// Whether the first line names the columns; nil to find out.
  public var hasHeader: Bool?
  /// The byte around cells that hold delimiters or line breaks; nil when there is none.
  public var quote: UInt8? = UInt8(ascii: "\"")
  /// Declared types by column.
  public var types: [String: DeclaredType] = [:]
  /// The zone of times without an offset; nil takes them as UTC.
  public var timezone: Zone?
  /// The mark before a fraction.
  public var decimalMark: UInt8 = UInt8(ascii: ".")
  /// The mark between groups of three digits, if there is one.
  public var thousandsMark: UInt8?
  /// Texts that stand for a missing value, besides the empty one.
  public var nulls: [String] = []
  /// What becomes of what does not fit.
  public var onError: ErrorPolicy = .null
  /// How the bytes spell text.
  public var encoding: Encoding = .utf8

  /// Options that leave everything to be found out.
  public init() {}

  /// Throws for marks that cannot be told apart.
  func validate() throws {
    let lineEnds: [UInt8?] = [10, 13]
    if let delimiter, delimiter == quote || lineEnds.contains(delimiter) || delimiter >= 128 {
      throw FormatError.option(
        "the delimiter must be one ASCII character, neither a quote nor a line end")
    }
    if let quote, lineEnds.contains(quote) || quote >= 128 {
      throw FormatError.option("the quote must be one ASCII character, not a line end")
    }
    if thousandsMark == decimalMark {
      throw FormatError.option("the decimal and the thousands mark are the same")
    }
    if delimiter != nil, delimiter == decimalMark {
      throw FormatError.option("the delimiter and the decimal mark are the same")
    }
  }
}

/// What the user agent of a browser, an app or a crawler says of it, by rules for the usual ones.
///
/// Every rule is a word that stands in the text, with a version behind it. Words that others claim too, as all say `Mozilla`
/// and most `Safari`, come after the ones that tell more.
public struct UserAgent: Sendable {
  /// A name with the numbers of its version, first the major one.
  public struct Product: Sendable, Hashable {
    /// The name; `Other` when no rule fits.
    public var family: String
    /// The numbers of the version.
    public var version: [String] = []

    /// A number of the version, empty where there is none.
    public func part(_ index: Int) -> String {
      version.indices.contains(index) ? version[index] : ""
    }
  }

  /// The browser, app or crawler.
  public let browser: Product
  /// The operating system.
  public let system: Product
  /// The device's family, brand and model; empty where they are not known.
  public let device: (family: String, brand: String, model: String)

  /// Reads a user agent.
  public init(_ text: String) {
    let isMobile = ["Mobile", "Android", "Tablet"].contains { text.contains($0) }
    let browser = Self.browser(text, isMobile: isMobile)
    self.browser = browser
    system = Self.system(text)
    device = Self.device(
      text, isMobile: isMobile, isCrawler: Self.crawlers.contains(browser.family))
  }

  // MARK: Browsers

  /// The word before the version, the family, and the family on a telephone or tablet.
  private static let browserRules: [(word: String, family: String, mobile: String?)] = [
    ("Googlebot/", "Googlebot", nil), ("bingbot/", "bingbot", nil),
    ("YandexBot/", "YandexBot", nil),
    ("Applebot/", "Applebot", nil), ("AhrefsBot/", "AhrefsBot", nil), ("GPTBot/", "GPTBot", nil),
    ("DuckDuckBot/", "DuckDuckBot", nil), ("Twitterbot/", "Twitterbot", nil),
    ("facebookexternalhit/", "FacebookBot", nil), ("HeadlessChrome/", "HeadlessChrome", nil),
    ("curl/", "curl", nil), ("Wget/", "Wget", nil), ("python-requests/", "Python Requests", nil),
    ("okhttp/", "okhttp", nil), ("Go-http-client/", "Go-http-client", nil),
    ("PostmanRuntime/", "PostmanRuntime", nil), ("AdobeAIR/", "AdobeAIR", nil),
    ("EdgA/", "Edge Mobile", nil), ("EdgiOS/", "Edge Mobile", nil), ("Edg/", "Edge", nil),
    ("Edge/", "Edge", nil), ("OPR/", "Opera", "Opera Mobile"), ("OPiOS/", "Opera Mini", nil),
    ("Opera Mini/", "Opera Mini", nil), ("SamsungBrowser/", "Samsung Internet", nil),
    ("YaBrowser/", "Yandex Browser", nil), ("Vivaldi/", "Vivaldi", nil),
    ("UCBrowser/", "UC Browser", nil), ("DuckDuckGo/", "DuckDuckGo", nil),
    ("Thunderbird/", "Thunderbird", nil), ("FxiOS/", "Firefox iOS", nil),
    ("Firefox/", "Firefox", "Firefox Mobile"), ("CriOS/", "Chrome Mobile iOS", nil),
    ("Chromium/", "Chromium", nil), ("Chrome/", "Chrome", "Chrome Mobile"), ("MSIE ", "IE", nil),
    ("Trident/7.0; rv:", "IE", nil),
  ]

  private static let crawlers: Set<String> = [
    "Googlebot", "bingbot", "YandexBot", "Applebot", "AhrefsBot", "GPTBot", "DuckDuckBot",
    "Twitterbot", "FacebookBot",
  ]

  private static func browser(_ text: String, isMobile: Bool) -> Product {
    for rule in browserRules {
      guard let version = version(behind: rule.word, in: text) else { continue }
      if rule.family == "Chrome", text.contains("; wv)") {
        return Product(family: "Chrome Mobile WebView", version: version)
      }
      return Product(family: isMobile ? rule.mobile ?? rule.family : rule.family, version: version)
    }
    // Safari's own version stands behind another word.
    if text.contains("Safari/"), let version = version(behind: "Version/", in: text) {
      return Product(family: isMobile ? "Mobile Safari" : "Safari", version: version)
    }
    return Product(family: "Other")
  }

  // MARK: Systems

  private static let windowsNames = [
    "10.0": ["10"], "6.3": ["8", "1"], "6.2": ["8"], "6.1": ["7"], "6.0": ["Vista"], "5.2": ["XP"],
    "5.1": ["XP"], "5.0": ["2000"],
  ]

  private static let systemRules: [(word: String, family: String)] = [
    ("iPhone OS ", "iOS"), ("CPU OS ", "iOS"), ("Android ", "Android"), ("CrOS ", "Chrome OS"),
    ("Mac OS X ", "Mac OS X"), ("Tizen ", "Tizen"), ("Ubuntu/", "Ubuntu"),
  ]

  private static func system(_ text: String) -> Product {
    if let version = version(behind: "Windows NT ", in: text) {
      let name = version.prefix(2).joined(separator: ".")
      return Product(family: "Windows", version: windowsNames[name] ?? version)
    }
    for rule in systemRules {
      // Chrome OS names the processor before the version.
      if rule.family == "Chrome OS", let found = text.firstRange(of: rule.word) {
        let behind = text[found.upperBound...].drop { $0 != " " }.dropFirst()
        return Product(family: rule.family, version: numbers(of: behind))
      }
      if let version = version(behind: rule.word, in: text) {
        return Product(family: rule.family, version: version)
      }
    }
    for word in ["Windows", "Ubuntu", "Android", "Linux"] where text.contains(word) {
      return Product(family: word)
    }
    return Product(family: "Other")
  }

  // MARK: Devices

  /// How the models of a brand begin.
  private static let brands = [
    ("SM-", "Samsung"), ("GT-", "Samsung"), ("Pixel", "Google"), ("Nexus", "Google"),
    ("Redmi", "XiaoMi"), ("Mi ", "XiaoMi"), ("ONEPLUS", "OnePlus"), ("moto", "Motorola"),
    ("HUAWEI", "Huawei"), ("Nokia", "Nokia"), ("LG-", "LG"), ("KF", "Amazon"),
  ]

  private static func device(
    _ text: String, isMobile: Bool, isCrawler: Bool
  ) -> (family: String, brand: String, model: String) {
    if isCrawler { return ("Spider", "Spider", isMobile ? "Smartphone" : "Desktop") }
    for name in ["iPhone", "iPad", "iPod"]
    where text.contains(name + ";") || text.contains(name + " ") {
      return (name, "Apple", name)
    }
    if text.contains("Macintosh;") { return ("Mac", "Apple", "Mac") }
    guard let model = androidModel(text) else {
      return isMobile ? ("Generic Smartphone", "Generic", "Smartphone") : ("Other", "", "")
    }
    guard let brand = brands.first(where: { model.hasPrefix($0.0) })?.1 else {
      return (model, "Generic_Android", model)
    }
    return (brand == "Samsung" ? "Samsung " + model : model, brand, model)
  }

  /// What stands behind Android's version: `Android 13; SM-G991B Build/...)`.
  private static func androidModel(_ text: String) -> String? {
    guard let found = text.firstRange(of: "Android ") else { return nil }
    let parts = text[found.upperBound...].prefix { $0 != ")" }.split(separator: ";").dropFirst()
      .map { part -> String in
        let trimmed = part.drop { $0 == " " }
        let end = trimmed.firstRange(of: " Build/")?.lowerBound ?? trimmed.endIndex
        return String(trimmed[..<end])
      }
    // Some name a language first, and browsers that keep quiet say `K`, or what they render with.
    return parts.first { part in
      part.count > 1 && part != "wv" && part != "Mobile" && part != "Tablet"
        && !part.hasPrefix("rv:") && !(part.count == 5 && part.dropFirst(2).first == "-")
    }
  }

  // MARK: Versions

  private static func version(behind word: String, in text: String) -> [String]? {
    guard let found = text.firstRange(of: word) else { return nil }
    let version = numbers(of: text[found.upperBound...])
    return version.isEmpty ? nil : version
  }

  /// Numbers with points or low lines between them, at the beginning of a text; four at most.
  private static func numbers(of text: Substring) -> [String] {
    let run = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
    return run.split { $0 == "." || $0 == "_" }.prefix(4).map(String.init)
  }
}

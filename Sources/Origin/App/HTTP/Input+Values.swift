import Foundation
import JSON
import Scheduling

/// The typed readers. `text` and friends want the key; the `optional…` ones take its absence, and null, as nil.
extension Input {
  // MARK: Text

  mutating func text(_ key: String, _ length: ClosedRange<Int>) -> String {
    guard let text = optionalText(key, length) else {
      mistake(key, "is required")
      return ""
    }
    return text
  }

  mutating func optionalText(_ key: String, _ length: ClosedRange<Int>) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let text) = value else {
      mistake(key, "must be a string, not \(value.kind)")
      return ""
    }
    // Counting scalars of a long text is only worth it when its bytes do not decide already.
    let bytes = text.utf8.count
    if bytes > length.upperBound,
      bytes > 4 * length.upperBound || text.unicodeScalars.count > length.upperBound
    {
      mistake(key, "must have at most \(length.upperBound) characters")
    } else if bytes < length.lowerBound || length.lowerBound > 0 && Self.isBlank(text) {
      mistake(
        key,
        length.lowerBound == 1 ? "must not be empty" : "must have at least \(length.lowerBound) characters")
    } else if text.utf8.contains(0) {
      mistake(key, "must not contain the character U+0000")
    }
    return text
  }

  private static func isBlank(_ text: String) -> Bool {
    // What a text begins with nearly always decides, and a character costs what fifty bytes do.
    if let first = text.utf8.first, 0x21...0x7E ~= first { return false }
    return text.allSatisfy(\.isWhitespace)
  }

  mutating func choice(_ key: String, of options: [String]) -> String? {
    guard let text = optionalText(key, 0...100) else { return nil }
    if !options.contains(text) { mistake(key, "must be one of \(options.joined(separator: ", "))") }
    return text
  }

  mutating func texts(_ key: String, max: Int, _ length: ClosedRange<Int>) -> [String]? {
    guard let elements = array(key, max: max) else { return nil }
    return elements.enumerated().compactMap { index, element in
      guard case .string(let text) = element else {
        mistake("\(key).\(index)", "must be a string, not \(element.kind)")
        return nil
      }
      if !length.contains(text.unicodeScalars.count) {
        mistake("\(key).\(index)", "must have \(length.lowerBound) to \(length.upperBound) characters")
      }
      return text
    }
  }

  // MARK: Numbers and booleans

  mutating func int(_ key: String, _ range: ClosedRange<Int>) -> Int {
    guard let number = optionalInt(key, range) else {
      mistake(key, "is required")
      return range.lowerBound
    }
    return number
  }

  mutating func optionalInt(_ key: String, _ range: ClosedRange<Int>) -> Int? {
    guard let value = value(key) else { return nil }
    let number: Int?
    switch value {
    case .int(let int): number = int
    case .string(let text) where acceptsTextForNumbers: number = Int(text)
    default: number = nil
    }
    guard let number else {
      mistake(key, "must be a whole number, not \(acceptsTextForNumbers ? "other text" : value.kind)")
      return range.lowerBound
    }
    if !range.contains(number) {
      let upper = range.upperBound == .max ? "" : " and at most \(range.upperBound)"
      mistake(key, "must be at least \(range.lowerBound)\(upper)")
      return range.lowerBound
    }
    return number
  }

  mutating func optionalBool(_ key: String) -> Bool? {
    guard let value = value(key) else { return nil }
    switch value {
    case .bool(let bool): return bool
    case .string("true") where acceptsTextForNumbers: return true
    case .string("false") where acceptsTextForNumbers: return false
    default:
      mistake(key, "must be true or false, not \(value.kind)")
      return false
    }
  }

  // MARK: Forms of text with a meaning

  mutating func email(_ key: String) -> String {
    guard let email = optionalEmail(key) else {
      mistake(key, "is required")
      return ""
    }
    return email
  }

  mutating func optionalEmail(_ key: String) -> String? {
    guard let text = optionalText(key, 3...254).map(compact) else { return nil }
    if !EmailAddress.isPlausible(text) {
      mistake(key, "must be an e-mail address such as name@example.com")
    }
    return text
  }

  mutating func timeZone(_ key: String) -> String {
    guard let zone = optionalTimeZone(key) else {
      mistake(key, "is required")
      return "UTC"
    }
    return zone
  }

  mutating func optionalTimeZone(_ key: String) -> String? {
    guard let text = optionalText(key, 1...64).map(compact) else { return nil }
    guard ZoneRules.named(text) != nil else {
      mistake(key, "must be a time zone of the IANA list such as Europe/Berlin")
      return "UTC"
    }
    return text
  }

  mutating func url(_ key: String) -> String? {
    guard let text = optionalText(key, 1...2000) else { return nil }
    let url = URL(string: text)
    if url?.scheme != "https" && url?.scheme != "http" || url?.host?.isEmpty ?? true {
      mistake(key, "must be an http or https URL")
    }
    return text
  }

  /// E.164: a plus and 7 to 15 digits.
  mutating func phoneNumber(_ key: String) -> String? {
    guard let text = optionalText(key, 0...40) else { return nil }
    if !PhoneNumber.isE164(text) {
      mistake(key, "must be a phone number such as +37120000000")
    }
    return text
  }

  /// A date without a zone.
  mutating func date(_ key: String) -> CivilDate? {
    guard let text = optionalText(key, 1...40) else { return nil }
    let date = CivilDate(text)
    if date == nil { mistake(key, "must be a date such as 2030-05-20") }
    return date
  }

  /// An instant as ISO 8601, UTC where no offset stands.
  mutating func instant(_ key: String) -> Instant {
    guard let instant = optionalInstant(key) else {
      mistake(key, "is required")
      return Instant(seconds: 0)
    }
    return instant
  }

  /// - Parameter takesDates: whether a date alone may stand for its first second, UTC.
  mutating func optionalInstant(_ key: String, takesDates: Bool = false) -> Instant? {
    guard let text = optionalText(key, 1...40).map(compact) else { return nil }
    guard let instant = Instant(text) ?? (takesDates ? CivilDate(text).map(ZoneRules.utc.startOfDay) : nil)
    else {
      mistake(key, "must be a date and time such as 2030-01-08T13:00:00Z")
      return Instant(seconds: 0)
    }
    return instant
  }
}

extension Input {
  /// An object of strings as clients hang it onto things: at most 50 keys of 40 characters, values of 500.
  mutating func metadata(_ key: String) -> [UInt8]? {
    metadataObject(key).map { JSONValue.object($0).bytes }
  }

  mutating func metadataObject(_ key: String) -> JSONObject? {
    guard let value = value(key) else { return nil }
    guard case .object(let object) = value else {
      mistake(key, "must be an object, not \(value.kind)")
      return nil
    }
    if object.members.count > 50 { mistake(key, "must have at most 50 keys") }
    for member in object.members {
      let path = "\(key).\(member.key.prefix(40))"
      if member.key.unicodeScalars.count > 40 { mistake(path, "keys must have at most 40 characters") }
      guard case .string(let text) = member.value else {
        mistake(path, "must be a string, not \(member.value.kind)")
        continue
      }
      if text.unicodeScalars.count > 500 { mistake(path, "must have at most 500 characters") }
    }
    return object
  }
}

/// The languages that an attendee can be written to in, as the format names them. Mails are in English so far; the
/// choice is kept with the attendee.
enum AttendeeLanguage {
  static let usual = "en"

  static let all = [
    "ar", "az", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "en-GB", "en-US", "es", "es-419", "et", "eu",
    "fi", "fr", "he", "hr", "hu", "id", "it", "iw", "ja", "km", "ko", "lt", "lv", "nl", "no", "pl", "pt",
    "pt-BR",
    "ro", "ru", "sk", "sl", "sr", "sv", "ta", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
  ]
}

extension Input {
  /// Nil when none was sent.
  mutating func attendeeLanguage(_ key: String) -> String? {
    guard let text = optionalText(key, 1...10) else { return nil }
    if !AttendeeLanguage.all.contains(text) {
      mistake(key, "must be one of \(AttendeeLanguage.all.joined(separator: ", "))")
    }
    return text
  }
}

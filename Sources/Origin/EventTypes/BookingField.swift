import JSON

/// A question that the booker is asked. Name and email are always there.
struct BookingField: Sendable, Equatable {
  var type: Kind
  var slug: String
  var label: String?
  var required: Bool
  var placeholder: String?
  var hidden: Bool
  var disableOnPrefill: Bool
  /// What a choice offers.
  var options: [String]
  var isDefault: Bool

  enum Kind: String, Sendable, CaseIterable {
    case name, email, phone, address, text, number, textarea, select, multiselect, multiemail, checkbox,
      radio,
      boolean, url

    var isChoice: Bool {
      switch self {
      case .select, .multiselect, .checkbox, .radio: true
      default: false
      }
    }
  }

  static let defaults = [
    BookingField(type: .name, slug: "name", required: true, isDefault: true),
    BookingField(type: .email, slug: "email", required: true, isDefault: true),
  ]

  init(
    type: Kind, slug: String, label: String? = nil, required: Bool, placeholder: String? = nil,
    hidden: Bool = false, disableOnPrefill: Bool = false, options: [String] = [], isDefault: Bool = false
  ) {
    self.type = type
    self.slug = slug
    self.label = label
    self.required = required
    self.placeholder = placeholder
    self.hidden = hidden
    self.disableOnPrefill = disableOnPrefill
    self.options = options
    self.isDefault = isDefault
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("isDefault", isDefault)
      json.member("type", type.rawValue)
      json.member("slug", slug)
      if let label { json.member("label", label) }
      json.member("required", required)
      if let placeholder { json.member("placeholder", placeholder) }
      if !options.isEmpty { json.array("options", options) { $0.string($1) } }
      if !isDefault {
        json.member("hidden", hidden)
        json.member("disableOnPrefill", disableOnPrefill)
      }
    }
  }

  /// Reads what `write` wrote.
  init?(_ json: JSONValue) {
    guard let type = json["type"]?.string.flatMap(Kind.init), let slug = json["slug"]?.string else {
      return nil
    }
    self.init(
      type: type, slug: slug, label: json["label"]?.string, required: json["required"]?.bool ?? false,
      placeholder: json["placeholder"]?.string, hidden: json["hidden"]?.bool ?? false,
      disableOnPrefill: json["disableOnPrefill"]?.bool ?? false,
      options: json["options"]?.array?.compactMap(\.string) ?? [])
  }

  /// Why an answer does not fit this field; nil when it does.
  func mistake(in answer: JSONValue) -> String? {
    switch (type, answer) {
    case (.name, .string), (.email, .string), (.phone, .string), (.address, .string), (.text, .string),
      (.textarea, .string), (.url, .string):
      return nil
    case (.number, .int), (.number, .double), (.boolean, .bool): return nil
    case (.multiemail, .array(let elements)):
      return elements.allSatisfy { $0.string.map(EmailAddress.isPlausible) ?? false }
        ? nil : "must be a list of e-mail addresses"
    case (.multiselect, .array(let elements)), (.checkbox, .array(let elements)):
      return elements.allSatisfy { $0.string.map(options.contains) ?? false } ? nil : notOffered
    case (.select, .string(let text)), (.radio, .string(let text)):
      return options.contains(text) ? nil : notOffered
    case (.select, .int(let number)), (.radio, .int(let number)):
      return options.contains(String(number)) ? nil : notOffered
    default: return "must be \(expected), not \(answer.kind)"
    }
  }

  private var notOffered: String { "must be one of \(options.joined(separator: ", "))" }

  private var expected: String {
    switch type {
    case .number: "a number"
    case .boolean: "true or false"
    case .multiemail, .multiselect, .checkbox: "an array"
    case .select, .radio: "a string or a number"
    default: "a string"
    }
  }
}

extension Input {
  /// Custom fields; those of name and email that a client repeats are ours anyway.
  mutating func bookingFields(_ key: String) -> [BookingField]? {
    let fields = objects(key, max: 50) { $0.bookingField() }
    guard let fields else { return nil }
    let custom = fields.compactMap { $0 }
    if Set(custom.map(\.slug)).count < custom.count { mistake(key, "must not use a slug twice") }
    return custom
  }

  private mutating func bookingField() -> BookingField? {
    ignore("isDefault")
    let type = text("type", 1...20)
    guard type != "name", type != "email" else {
      ignore("slug", "label", "required", "placeholder", "hidden", "disableOnPrefill")
      return nil
    }
    guard let kind = BookingField.Kind(rawValue: type) else {
      mistake("type", "must be one of \(BookingField.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
      ignore("slug", "label", "required", "placeholder", "hidden", "disableOnPrefill", "options")
      return nil
    }
    let field = BookingField(
      type: kind, slug: text("slug", 1...100), label: optionalText("label", 0...500),
      required: optionalBool("required") ?? false, placeholder: optionalText("placeholder", 0...500),
      hidden: optionalBool("hidden") ?? false, disableOnPrefill: optionalBool("disableOnPrefill") ?? false,
      options: texts("options", max: 200, 1...500) ?? [])
    if kind.isChoice, field.options.isEmpty { mistake("options", "must offer at least one choice") }
    if field.slug == "name" || field.slug == "email" { mistake("slug", "is taken by a field of ours") }
    return field
  }
}

import JSON

/// A question that the booker is asked. Name and email are always there; some more are known by their slug.
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
  /// Of a split name: how its halves are asked for.
  var halves: NameHalves?

  struct NameHalves: Sendable, Equatable {
    var firstLabel: String?
    var lastLabel: String?
    var firstPlaceholder: String?
    var lastPlaceholder: String?
    var needsLast = false
  }

  enum Kind: String, Sendable, CaseIterable {
    case name, splitName, email, phone, address, text, number, textarea, select, multiselect, multiemail,
      checkbox,
      radio, boolean, url, radioInput

    var isChoice: Bool {
      switch self {
      case .select, .multiselect, .checkbox, .radio: true
      default: false
      }
    }

    /// Whether it is answered by a list.
    var isList: Bool { self == .multiselect || self == .checkbox || self == .multiemail }

    /// Fields that every event type has.
    var isOurs: Bool { self == .name || self == .splitName || self == .email }
  }

  /// Fields that the format knows by their slug, and what they are.
  static let known: [String: Kind] = [
    "title": .text, "location": .radioInput, "notes": .textarea, "guests": .multiemail,
    "rescheduleReason": .textarea,
  ]

  /// The field that asks for the attendee's own telephone number.
  static let attendeePhoneSlug = "attendeePhoneNumber"

  /// The field that asks why a booking moves.
  static let rescheduleReasonSlug = "rescheduleReason"

  var isDefault: Bool { type.isOurs || Self.known[slug] != nil }

  init(
    type: Kind, slug: String, label: String? = nil, required: Bool, placeholder: String? = nil,
    hidden: Bool = false, disableOnPrefill: Bool = false, options: [String] = [], halves: NameHalves? = nil
  ) {
    self.type = type
    self.slug = slug
    self.label = label
    self.required = required
    self.placeholder = placeholder
    self.hidden = hidden
    self.disableOnPrefill = disableOnPrefill
    self.options = options
    self.halves = halves
  }

  /// All that a booker is asked: name and email first, as they were set up or as usual.
  static func all(with fields: [BookingField]) -> [BookingField] {
    let name = fields.first { $0.type == .name || $0.type == .splitName }
    let email = fields.first { $0.type == .email }
    return [
      name ?? BookingField(type: .name, slug: "name", required: true),
      email ?? BookingField(type: .email, slug: "email", required: true),
    ] + fields.filter { !$0.type.isOurs }
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
      halves?.write(to: &json)
      if !type.isOurs || hidden { json.member("hidden", hidden) }
      if !type.isOurs || disableOnPrefill { json.member("disableOnPrefill", disableOnPrefill) }
    }
  }

  /// As the database keeps it.
  var json: JSONValue {
    var object: JSONObject = [
      "type": .string(type.rawValue), "slug": .string(slug), "required": .bool(required),
      "hidden": .bool(hidden), "disableOnPrefill": .bool(disableOnPrefill),
      "options": .array(options.map(JSONValue.string)),
    ]
    if let label { object["label"] = .string(label) }
    if let placeholder { object["placeholder"] = .string(placeholder) }
    if let halves {
      object["firstNameLabel"] = halves.firstLabel.map(JSONValue.string)
      object["firstNamePlaceholder"] = halves.firstPlaceholder.map(JSONValue.string)
      object["lastNameLabel"] = halves.lastLabel.map(JSONValue.string)
      object["lastNamePlaceholder"] = halves.lastPlaceholder.map(JSONValue.string)
      object["lastNameRequired"] = .bool(halves.needsLast)
    }
    return .object(object)
  }

  /// Reads what `json` wrote.
  init?(_ json: JSONValue) {
    guard let type = json["type"]?.string.flatMap(Kind.init), let slug = json["slug"]?.string else {
      return nil
    }
    self.init(
      type: type, slug: slug, label: json["label"]?.string, required: json["required"]?.bool ?? false,
      placeholder: json["placeholder"]?.string, hidden: json["hidden"]?.bool ?? false,
      disableOnPrefill: json["disableOnPrefill"]?.bool ?? false,
      options: json["options"]?.array?.compactMap(\.string) ?? [],
      halves: type == .splitName ? NameHalves(json) : nil)
  }

  /// Why an answer does not fit this field; nil when it does.
  func mistake(in answer: JSONValue) -> String? {
    switch (type, answer) {
    case (.name, .string), (.email, .string), (.phone, .string), (.address, .string), (.text, .string),
      (.textarea, .string), (.url, .string), (.splitName, .object), (.radioInput, _):
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
    case .splitName: "an object with firstName and lastName"
    default: "a string"
    }
  }
}

extension BookingField.NameHalves {
  fileprivate init(_ json: JSONValue) {
    self.init(
      firstLabel: json["firstNameLabel"]?.string, lastLabel: json["lastNameLabel"]?.string,
      firstPlaceholder: json["firstNamePlaceholder"]?.string,
      lastPlaceholder: json["lastNamePlaceholder"]?.string, needsLast: json["lastNameRequired"]?.bool ?? false
    )
  }

  fileprivate func write(to json: inout JSONWriter) {
    if let firstLabel { json.member("firstNameLabel", firstLabel) }
    if let firstPlaceholder { json.member("firstNamePlaceholder", firstPlaceholder) }
    if let lastLabel { json.member("lastNameLabel", lastLabel) }
    if let lastPlaceholder { json.member("lastNamePlaceholder", lastPlaceholder) }
    json.member("lastNameRequired", needsLast)
  }
}

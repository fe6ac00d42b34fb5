import JSON

extension Input {
  /// What is asked of a booker: fields of ours that were set up differently, and fields of the caller's own.
  mutating func bookingFields(_ key: String) -> [BookingField]? {
    guard let read = objects(key, max: 50, { $0.bookingField() }) else { return nil }
    let fields = read.compactMap { $0 }
    if Set(fields.map(\.slug)).count < fields.count { mistake(key, "must not use a slug twice") }
    // Somebody must be reachable: by mail, or by the telephone number that is asked for.
    let hidesEmail = fields.contains { $0.type == .email && (!$0.required || $0.hidden) }
    let asksPhone = fields.contains {
      $0.slug == BookingField.attendeePhoneSlug && $0.type == .phone && $0.required
    }
    if hidesEmail, !asksPhone {
      mistake(key, "an optional or hidden email needs a required phone field attendeePhoneNumber beside it")
    }
    return fields
  }

  private mutating func bookingField() -> BookingField? {
    ignore("isDefault")
    let halves = nameHalves()
    let slug = optionalText("slug", 1...100)
    let type = optionalText("type", 1...20) ?? slug.flatMap { BookingField.known[$0]?.rawValue }
    guard let type, let kind = BookingField.Kind(rawValue: type) else {
      let kinds = BookingField.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      mistake("type", "must be one of \(kinds)")
      ignore("label", "required", "placeholder", "hidden", "disableOnPrefill", "options")
      return nil
    }
    var field = BookingField(
      type: kind, slug: slug ?? "", label: optionalText("label", 0...500),
      required: optionalBool("required") ?? kind.isOurs, placeholder: optionalText("placeholder", 0...500),
      hidden: optionalBool("hidden") ?? false, disableOnPrefill: optionalBool("disableOnPrefill") ?? false,
      options: texts("options", max: 200, 1...500) ?? [], halves: kind == .splitName ? halves : nil)
    if kind.isOurs { field.slug = kind == .email ? "email" : "name" }
    if kind.isChoice, field.options.isEmpty { mistake("options", "must offer at least one choice") }
    if !kind.isOurs {
      if slug == nil { mistake("slug", "is required") }
      if field.slug == "name" || field.slug == "email" { mistake("slug", "is taken by a field of ours") }
    }
    return field
  }

  private mutating func nameHalves() -> BookingField.NameHalves {
    BookingField.NameHalves(
      firstLabel: optionalText("firstNameLabel", 0...500), lastLabel: optionalText("lastNameLabel", 0...500),
      firstPlaceholder: optionalText("firstNamePlaceholder", 0...500),
      lastPlaceholder: optionalText("lastNamePlaceholder", 0...500),
      needsLast: optionalBool("lastNameRequired") ?? false)
  }
}

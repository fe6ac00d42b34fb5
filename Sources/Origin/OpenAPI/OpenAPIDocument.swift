import JSON
import Secrets

/// `/v2/openapi.json`: one OpenAPI 3.1 document, merged from the files of `Document/`, with the address of this
/// installation in it.
struct OpenAPIDocument: Sendable {
  let bytes: [UInt8]
  /// Strong, with its quotes.
  let entityTag: String

  /// Throws where the files contradict themselves; a test makes sure that they do not.
  init(publicURL: String) throws(OpenAPIError) {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.member("openapi", "3.1.0")
      json.key("servers")
      json.array([publicURL]) { json, url in json.object { $0.member("url", url) } }
    }
    // The merged document is an object too: one brace gives way to a comma.
    bytes = try json.bytes.dropLast() + [UInt8(ascii: ",")] + Self.merged.get().dropFirst()
    let digest = SHA256.hash(bytes).prefix(12)
    entityTag = "\"" + digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined() + "\""
  }

  /// Everything that is the same wherever this runs, made once per process.
  private static let merged: Result<[UInt8], OpenAPIError> = Result { () throws(OpenAPIError) in
    var merger = OpenAPIMerger()
    for file in files { try merger.add(file.name, file.bytes) }
    return try merger.document().bytes
  }

  /// In the order in which the document tells of them. An embedded folder cannot be listed at run time, so the list is
  /// kept here; a test compares it with the folder.
  static let files: [(name: String, bytes: [UInt8])] = [
    ("common.json", PackageResources.common_json),
    ("accounts.json", PackageResources.accounts_json),
    ("api-keys.json", PackageResources.api_keys_json),
    ("teams.json", PackageResources.teams_json),
    ("opening-hours.json", PackageResources.opening_hours_json),
    ("schedules.json", PackageResources.schedules_json),
    ("absences.json", PackageResources.absences_json),
    ("event-types.json", PackageResources.event_types_json),
    ("slots.json", PackageResources.slots_json),
    ("bookings.json", PackageResources.bookings_json),
    ("resources.json", PackageResources.resources_json),
    ("customers.json", PackageResources.customers_json),
    ("webhooks.json", PackageResources.webhooks_json),
    ("service.json", PackageResources.service_json),
  ]
}

/// A mistake in the files of `Document/`, for the engineer who made it.
struct OpenAPIError: Error, CustomStringConvertible {
  var description: String

  init(_ description: String) { self.description = description }
}

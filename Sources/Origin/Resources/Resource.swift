import Foundation
import JSON

/// A kind of room or equipment of a business, and how many there are of it.
struct Resource: Sendable {
  var id: Int
  var businessID: Int
  var name: String
  var description: String
  var quantity: Int
  var createdAt: Date
  var updatedAt: Date

  /// Units of one resource.
  static let quantities = 1...1000

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      json.member("businessId", businessID)
      json.member("name", name)
      json.member("description", description)
      json.member("quantity", quantity)
      json.member("createdAt", ISO8601.text(createdAt))
      json.member("updatedAt", ISO8601.text(updatedAt))
    }
  }
}

/// What changing a resource says; nil leaves a field as it is.
struct ResourceChanges: Sendable {
  var name: String?
  var description: String?
  var quantity: Int?
}

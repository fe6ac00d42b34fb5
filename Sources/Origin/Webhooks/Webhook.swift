import Foundation
import JSON

/// Somebody who wants to be told of what happens to bookings: api.md 1.9.
struct Webhook: Sendable {
  var id: String
  var owner: WebhookOwner
  var active: Bool
  var subscriberURL: String
  var triggers: [String]
  var payloadTemplate: String?
  var secret: StoredSecret?
  var version: String

  /// The form of what we send; the only one there is.
  static let version = "2021-10-20"

  /// Ties the sealed secret to its row.
  static func secretContext(_ id: String) -> String { "webhook:\(id):secret" }

  /// - Parameter secret: as it was given; those who manage a webhook read it here.
  func write(secret: String?, to json: inout JSONWriter) {
    json.object { json in
      json.member("id", id)
      switch owner.scope {
      case .user(let userID): json.member("userId", userID)
      case .eventType(let eventTypeID): json.member("eventTypeId", eventTypeID)
      case .team: json.member("teamId", owner.businessID)
      }
      json.member("active", active)
      json.member("subscriberUrl", subscriberURL)
      json.array("triggers", triggers) { $0.string($1) }
      json.member("payloadTemplate", payloadTemplate)
      json.member("secret", secret)
      json.member("version", version)
    }
  }
}

/// Whose webhook it is, and so of which bookings it hears.
struct WebhookOwner: Sendable, Equatable {
  enum Scope: Sendable, Equatable {
    case user(Int)
    case eventType(Int)
    case team
  }

  var businessID: Int
  var scope: Scope

  var userID: Int? { if case .user(let id) = scope { id } else { nil } }
  var eventTypeID: Int? { if case .eventType(let id) = scope { id } else { nil } }
}

/// What creating or changing a webhook says; nil leaves a field as it is.
struct WebhookChanges: Sendable {
  var active: Bool?
  var subscriberURL: String?
  var triggers: [String]?
  var version: String?
  /// The outer nil leaves it, the inner one takes it away.
  var payloadTemplate: String??
  var secret: String??
}

import Foundation
import JSON

/// Something that every gateway must hear at once.
enum EdgeEvent: Sendable, Equatable {
  /// Stored answers with one of these tags, or to one of these paths, are out of date.
  case purge(tags: [String], paths: [String])
  /// Tokens of a session do not count any more.
  case revokeSession(String, until: Date)
  /// Tokens of a user that were issued by an instant do not count any more.
  case revokeUser(Int, issuedBy: Date, until: Date)

  /// How long tokens that were issued before a revocation may still run: their life, and a minute for clocks that
  /// differ. A revocation need not be remembered for longer.
  static let revocationLife = TimeInterval(AccessToken.life + 60)

  /// As a server-sent event, without its id.
  var lines: [UInt8] {
    var json = JSONWriter()
    let name: String
    switch self {
    case .purge(let tags, let paths):
      name = "purge"
      json.object { json in
        json.array("tags", tags) { $0.string($1) }
        json.array("paths", paths) { $0.string($1) }
      }
    case .revokeSession(let id, let until):
      name = "revoke"
      json.object { json in
        json.member("session", id)
        json.member("until", Int(until.timeIntervalSince1970.rounded(.up)))
      }
    case .revokeUser(let id, let instant, let until):
      name = "revoke"
      json.object { json in
        json.member("user", String(id))
        json.member("issuedBy", Int(instant.timeIntervalSince1970.rounded(.down)))
        json.member("until", Int(until.timeIntervalSince1970.rounded(.up)))
      }
    }
    return Array("event: \(name)\ndata: ".utf8) + json.bytes + Array("\n".utf8)
  }
}

import Foundation
import JSON

/// A business: a team of several people, or the one that everybody has for himself.
struct Team: Sendable {
  var id = 0
  var name = ""
  /// Of teams only; one's own business goes by one's user name.
  var slug: String?
  var isPersonal = false
  var description = ""
  var logoURL: String?
  /// Empty for a new one is its founder's.
  var timeZone = ""
  var weekStart = "Sunday"
  /// How its pages look; see `TeamBranding`.
  var branding = JSONObject()
  var metadata: [UInt8] = Array("{}".utf8)
  /// Of all its event types together.
  var limitsCount = BookingLimits()
  var limitsMinutes = BookingLimits()
  var createdAt = Date(timeIntervalSince1970: 0)

  /// What a change of the business makes out of date. Answers about one's own name its only host, not the business.
  func tags(changedBy userID: Int) -> [CacheTag] {
    isPersonal ? [.business(id), .host(userID)] : [.business(id)]
  }

  /// The shape of /v2/teams: branding lies beside the rest.
  func write(to json: inout JSONWriter) {
    json.object { json in
      writeProfile(to: &json)
      json.member("bio", description)
      TeamBranding.write(branding, to: &json)
      json.member("isOrganization", false)
      json.member("parentId", JSONValue.null)
    }
  }

  /// The shape of /v2/businesses, of our own: branding is a member.
  func writeBusiness(to json: inout JSONWriter) {
    json.object { json in
      writeProfile(to: &json)
      json.member("description", description)
      json.member("personal", isPersonal)
      json.object("branding") { TeamBranding.write(branding, to: &$0) }
    }
  }

  private func writeProfile(to json: inout JSONWriter) {
    json.member("id", id)
    json.member("name", name)
    json.member("slug", slug)
    json.member("logoUrl", logoURL)
    json.member("timeZone", timeZone)
    json.member("weekStart", weekStart)
    json.member("metadata", raw: metadata)
    json.member("bookingLimitsCount", limitsCount.json)
    json.member("bookingLimitsDuration", limitsMinutes.json)
    json.member("createdAt", ISO8601.text(createdAt))
  }
}

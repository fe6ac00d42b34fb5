import JSON
import Scheduling

/// Why a time can be booked or not, in words for the people of a business.
struct SlotExplanation: Sendable {
  var start: Instant
  var verdict: SlotVerdict
  /// What each host has at that time.
  var hosts: [Host]

  struct Host: Sendable {
    var id: Int
    var name: String
    var isFree: Bool
  }

  func write(to json: inout JSONWriter) {
    json.object { json in
      json.member("start", start.text)
      json.member("available", reason == nil)
      json.member("reason", reason)
      json.array("hosts", hosts) { json, host in
        json.object { json in
          json.member("id", host.id)
          json.member("name", host.name)
          json.member("free", host.isFree)
        }
      }
    }
  }

  /// The code that booking it would be refused with.
  private var reason: String? {
    switch verdict {
    case .available: nil
    case .inThePast: "in_the_past"
    case .outOfBounds: "out_of_bounds"
    case .slotTaken: "slot_taken"
    case .reserved: "reserved"
    case .seatsFull: "seats_full"
    case .limitReached: "limit_reached"
    case .notAvailable: "not_available"
    }
  }
}

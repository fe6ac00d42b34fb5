import Foundation
import JSON
import Scheduling

/// A slot that somebody keeps for some minutes while he fills in the form: api.md 1.2.
struct SlotReservation: Sendable {
  var uid: String
  var eventTypeID: Int
  var start: Instant
  var end: Instant
  var until: Instant

  var minutes: Int { (end - start) / 60 }

  /// - Parameter duration: for how many minutes it was asked; only the answer to the asking says so.
  func write(duration: Int?, to json: inout JSONWriter) {
    json.object { json in
      json.member("eventTypeId", eventTypeID)
      json.member("slotStart", start.text)
      json.member("slotEnd", end.text)
      json.member("slotDuration", minutes)
      json.member("reservationUid", uid)
      if let duration { json.member("reservationDuration", duration) }
      json.member("reservationUntil", until.text)
    }
  }
}

/// The name of a reservation: a UUID of version 8 (RFC 9562, section 5.8), whose last 48 bits are the number of its
/// business, so that the name alone finds its row. The other 74 are random.
enum ReservationUID {
  static func make(businessID: Int) -> String {
    var bytes = (0..<10).map { _ in UInt8.random(in: .min ... .max) }
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    for shift in stride(from: 40, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: businessID >> shift))
    }
    let hex = bytes.map { byte in
      let digits = String(byte, radix: 16)
      return byte < 16 ? "0\(digits)" : digits
    }
    let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { hex[$0].joined() }
    return parts.joined(separator: "-")
  }

  /// Nil for text that is no such name.
  static func businessID(of uid: String) -> Int? {
    guard uid.utf8.count == 36, UUID(uuidString: uid) != nil,
      let id = Int(uid.utf8.suffix(12).map { String(UnicodeScalar($0)) }.joined(), radix: 16)
    else { return nil }
    return id > 0 ? id : nil
  }
}

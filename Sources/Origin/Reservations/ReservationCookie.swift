import HTTPTypes
import Hummingbird
import Scheduling

/// The reserved slot as a cookie, for booking pages that do not keep its name themselves.
struct ReservationCookie: Sendable {
  private static let name = "daybook_reserved_slot"

  let isSecure: Bool

  static func uid(in request: Request) -> String? {
    for line in request.headers[values: .cookie] {
      for part in line.split(separator: ";") {
        let pair = part.drop { $0 == " " }
        if pair.hasPrefix("\(name)=") { return String(pair.dropFirst(name.utf8.count + 1)) }
      }
    }
    return nil
  }

  func setting(_ reservation: SlotReservation, now: Instant) -> HTTPFields {
    let life = max(0, reservation.until - now)
    let secure = isSecure ? "; Secure" : ""
    return [
      .setCookie:
        "\(Self.name)=\(reservation.uid); Path=/v2; Max-Age=\(life); HttpOnly; SameSite=Lax\(secure)"
    ]
  }
}

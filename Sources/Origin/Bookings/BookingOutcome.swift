import HTTPTypes
import Hummingbird
import JSON

/// Bookings as an answer shows them: an object, or for a series an array.
struct BookingOutcome: Sendable {
  var views: [BookingView]
  var isSeries: Bool

  init(views: [BookingView], isSeries: Bool) {
    self.views = views
    self.isSeries = isSeries
  }

  /// - Parameter reader: who booked, and so sees what he would see if he asked for it.
  init(_ placed: [BookingDesk.Placed], of draft: BookingDraft, for reader: SeatReader) {
    self.init(
      views: placed.map {
        BookingView(booking: $0.booking, showsAttendees: reader.sees($0.booking), seatUID: $0.seatUID)
      }, isSeries: draft.isSeries)
  }

  func write(to json: inout JSONWriter) {
    if isSeries {
      json.array(views) { $1.write(to: &$0) }
    } else if let view = views.first {
      view.write(to: &json)
    } else {
      json.null()
    }
  }

  func response(_ status: HTTPResponse.Status = .ok) -> Response {
    .success(status, headers: purging) { write(to: &$0) }
  }

  /// The whole answer as text, to be given again.
  var body: [UInt8] {
    var json = JSONWriter(capacity: 1024)
    json.object { json in
      json.member("status", "success")
      json.key("data")
      write(to: &json)
    }
    return json.bytes
  }

  /// What a change of them makes wrong in stored answers: the free times of their hosts, in all event types.
  var purging: HTTPFields {
    // Of nearly every answer.
    if views.count == 1 { return .purging(views[0].booking.hosts.tags) }
    return .purging(views.map(\.booking).hostTags)
  }
}

extension [Booking] {
  /// The times of all their hosts, in every event type of theirs.
  var hostTags: [CacheTag] { flatMap(\.hosts).tags }
}

extension [Booking.Host] {
  /// Their times, each host's once.
  var tags: [CacheTag] {
    if count == 1 { return [.host(self[0].id)] }
    return Set(map(\.id)).sorted().map { .host($0) }
  }
}

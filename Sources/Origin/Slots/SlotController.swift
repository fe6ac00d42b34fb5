import Foundation
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Problem
import Scheduling
import ServiceLifecycle

/// Free slots, and news about them: api.md 1.1 and section 4.
struct SlotController: Sendable {
  let finder: SlotFinder
  let feed: AvailabilityFeed
  let cachesAnswers: Bool

  /// The answers about a larger team would carry too many names.
  private static let mostCachedHosts = 50

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    router.get("/v2/slots", use: list)
    router.get("/v2/slots/live", use: live)
  }

  // MARK: Listing

  @Sendable func list(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try request.queryInput()
    let asked = input.slots()
    try input.check()
    let bookable = try await finder.eventType(asked.eventType).restricted(to: asked.hostIDs)
    guard let length = bookable.length(asked: asked.duration) else {
      throw Problem.badInput(["duration": "must be one of \(bookable.type.lengthOptions)"])
    }
    let listing = try await finder.days(
      of: bookable, length: length, from: asked.from, to: asked.to, zone: asked.zone ?? .utc,
      except: SlotExceptions(bookingUID: asked.ignoredUID))
    return .success(headers: caching(bookable, asked)) { json in
      json.object { json in
        for day in listing.days { write(day, of: listing, asked, length: length, to: &json) }
      }
    }
  }

  /// Free times are the same for everybody, until an event purges them. They also pass with time: what is listed may
  /// have begun meanwhile, so they are not kept long, and not at all while a test holds the clock.
  /// Who works where can change without any of the tags that would tell.
  private func caching(_ bookable: BookableEventType, _ asked: SlotsRequest) -> HTTPFields {
    guard cachesAnswers, !asked.eventType.namesOrganization, bookable.hosts.count <= Self.mostCachedHosts
    else { return [:] }
    return .cached(seconds: 15, by: bookable.cacheTags)
  }

  /// Without a zone in the request instants end in Z, with one in its offset.
  private func write(
    _ day: SlotDay, of listing: SlotListing, _ asked: SlotsRequest, length: Int, to json: inout JSONWriter
  ) {
    let slots = day.slots.lazy.compactMap { slot in listing.seatsTaken(slot).map { (slot, taken: $0) } }
    // Reservations may have taken the last seat of a day.
    if slots.isEmpty { return }
    json.key(day.date.text)
    json.array(slots) { json, item in
      let (slot, taken) = item
      json.object { json in
        json.key("start")
        json.quoted { slot.start.append(to: &$0, offset: asked.zone?.offset(at: slot.start)) }
        if asked.asRange {
          let end = slot.start + length * 60
          json.key("end")
          json.quoted { end.append(to: &$0, offset: asked.zone?.offset(at: end)) }
        }
        listing.writeSeats(of: slot, taken: taken, to: &json)
      }
    }
  }

  // MARK: Live

  /// Server-sent events (HTML standard, section 9.2): one whenever the event type's slots may have changed.
  @Sendable func live(_ request: Request, context: OriginContext) async throws -> Response {
    var input = try request.queryInput()
    let id = input.int("eventTypeId", 1...Int.max)
    try input.check()
    let bookable = try await finder.eventType(.id(id))
    let news = feed.watch(bookable)
    let isBack = request.headers[.lastEventID] != nil
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        try await writer.write(ByteBuffer(string: ": listening\n\n"))
        // What was said meanwhile is not kept: who was here before looks again.
        if isBack {
          try await writer.write(ByteBuffer(bytes: feed.changed(dates: []).event(eventTypeID: id)))
        }
        // The first word after SIGTERM ends the stream: a draining server waits for nobody's browser.
        for await item in news.cancelOnGracefulShutdown() {
          try await writer.write(ByteBuffer(bytes: item.event(eventTypeID: id)))
        }
        try await writer.finish(nil)
      })
  }
}

extension AvailabilityFeed.News {
  fileprivate func event(eventTypeID: Int) -> [UInt8] {
    guard case .changed(let dates, let newsID) = self else { return Array(":\n\n".utf8) }
    var json = JSONWriter()
    json.object { json in
      json.member("eventTypeId", eventTypeID)
      json.array("dates", dates) { $0.string($1) }
    }
    return Array("id: \(newsID)\nevent: slots\ndata: ".utf8) + json.bytes + Array("\n\n".utf8)
  }
}

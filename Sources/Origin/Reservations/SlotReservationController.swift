import HTTPTypes
import Hummingbird
import JSON
import Problem

/// Reservations of slots: api.md 1.2.
struct SlotReservationController: Sendable {
  let service: SlotReservationService
  let store: SlotReservationStore
  let cookie: ReservationCookie
  let clock: OriginClock

  func addRoutes(to router: some RouterMethods<OriginContext>) {
    let group = router.group("/v2/slots/reservations")
    group.post("", use: create)
    group.get(":uid", use: read)
    group.patch(":uid", use: move)
    group.delete(":uid", use: delete)
  }

  @Sendable func create(_ request: Request, context: OriginContext) async throws -> Response {
    let wish = try await wish(request)
    let new = try await service.reserve(wish, by: context.caller)
    return answer(new, wish, .created)
  }

  @Sendable func move(_ request: Request, context: OriginContext) async throws -> Response {
    let wish = try await wish(request)
    let uid = context.text("uid")
    guard try await store.reservation(uid, now: clock.now) != nil else {
      throw Problem.notFound("reservation")
    }
    let new = try await service.reserve(wish, by: context.caller, insteadOf: uid)
    return answer(new, wish, .ok)
  }

  @Sendable func read(_ request: Request, context: OriginContext) async throws -> Response {
    let found = try await store.reservation(context.text("uid"), now: clock.now)
    return .success { json in
      if let found { found.write(duration: nil, to: &json) } else { json.null() }
    }
  }

  @Sendable func delete(_ request: Request, context: OriginContext) async throws -> Response {
    try await service.release(context.text("uid"))
    return .success()
  }

  private func wish(_ request: Request) async throws -> SlotReservationService.Wish {
    var input = try await request.jsonInput()
    let wish = SlotReservationService.Wish(
      eventTypeID: input.int("eventTypeId", 1...Int.max), start: input.instant("slotStart"),
      length: input.optionalInt("slotDuration", 1...10_080),
      duration: input.optionalInt("reservationDuration", 1...1440))
    try input.check()
    return wish
  }

  private func answer(
    _ new: SlotReservation, _ wish: SlotReservationService.Wish, _ status: HTTPResponse.Status
  ) -> Response {
    var headers = cookie.setting(new, now: clock.instant)
    headers.append(contentsOf: HTTPFields.purging([.eventType(new.eventTypeID)]))
    let duration = wish.duration ?? SlotReservationService.usualDuration
    return .success(status, headers: headers) { new.write(duration: duration, to: &$0) }
  }
}

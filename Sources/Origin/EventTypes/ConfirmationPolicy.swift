import JSON
import Scheduling

/// Whether bookings wait for a word of the host.
struct ConfirmationPolicy: Sendable, Equatable {
  /// Nil is always; else only bookings that start sooner than this.
  var threshold: Threshold?
  /// Whether a pending booking takes its hosts' time.
  var blocks: Bool

  struct Threshold: Sendable, Equatable {
    var isHours: Bool
    var count: Int

    var minutes: Int { isHours ? count * 60 : count }
  }

  /// Whether a booking made now for `start` waits.
  func asks(for start: Instant, now: Instant) -> Bool {
    threshold.map { start - now < $0.minutes * 60 } ?? true
  }

  var json: JSONValue {
    var object: JSONObject = ["type": .string(threshold == nil ? "always" : "time")]
    if let threshold {
      object["noticeThreshold"] = .object([
        "unit": .string(threshold.isHours ? "hours" : "minutes"), "count": .int(threshold.count),
      ])
    }
    object["blockUnconfirmedBookingsInBooker"] = .bool(blocks)
    return .object(object)
  }

  init(threshold: Threshold?, blocks: Bool) {
    self.threshold = threshold
    self.blocks = blocks
  }

  /// Reads what `json` wrote.
  init?(_ json: JSONValue?) {
    guard let json, let type = json["type"]?.string else { return nil }
    blocks = json["blockUnconfirmedBookingsInBooker"]?.bool ?? false
    guard type == "time", let notice = json["noticeThreshold"] else { return }
    threshold = Threshold(
      isHours: notice["unit"]?.string == "hours", count: notice["count"]?.int ?? 0)
  }
}

extension Input {
  /// `{type:"always"|"time", noticeThreshold:{unit,count}, blockUnconfirmedBookingsInBooker}` or `{disabled:true}`.
  mutating func confirmationPolicy(_ key: String) -> ConfirmationPolicy? {
    object(key) { input -> ConfirmationPolicy? in
      if input.optionalBool("disabled") == true {
        input.ignore("type", "noticeThreshold", "blockUnconfirmedBookingsInBooker")
        return nil
      }
      let type = input.choice("type", of: ["always", "time"])
      if type == nil { input.mistake("type", "is required") }
      let threshold = input.object("noticeThreshold") { $0.threshold() }
      if type == "time", threshold == nil { input.mistake("noticeThreshold", "is required for type time") }
      return ConfirmationPolicy(
        threshold: type == "time" ? threshold : nil,
        blocks: input.optionalBool("blockUnconfirmedBookingsInBooker") ?? false)
    } ?? nil
  }

  private mutating func threshold() -> ConfirmationPolicy.Threshold {
    let unit = choice("unit", of: ["minutes", "hours"])
    if unit == nil { mistake("unit", "is required: minutes or hours") }
    return .init(isHours: unit == "hours", count: int("count", 1...1_000_000))
  }
}

extension LimitUse {
  /// The periods that cannot take one more booking of `length` minutes.
  func reached(by length: Int) -> [Interval] {
    limits.flatMap { limit -> [Interval] in
      if limit.measure == .minutes, length > limit.maximum { return [Interval(.distantPast, .distantFuture)] }
      return used(per: limit).filter { $0.value > limit.maximum - limit.need(of: length) }.map { first, _ in
        let dates = limit.period.dates(around: first, weekStart: weekStart)
        return Interval(zone.startOfDay(dates.first), zone.startOfDay(dates.end))
      }
    }
  }

  /// What is used of each period that has bookings, by the period's first date.
  private func used(per limit: BookingLimit) -> [CivilDate: Int] {
    var used: [CivilDate: Int] = [:]
    for booking in bookings {
      let period = limit.period.dates(around: zone.date(at: booking.start), weekStart: weekStart)
      used[period.first, default: 0] += limit.need(of: booking.duration / 60)
    }
    return used
  }
}

extension BookingLimit {
  fileprivate func need(of length: Int) -> Int {
    switch measure {
    case .count: 1
    case .minutes: length
    }
  }
}

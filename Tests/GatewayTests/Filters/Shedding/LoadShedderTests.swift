import Testing

@testable import Gateway

@Suite struct LoadShedderTests {
  private static let millisecond: UInt64 = 1_000_000

  /// An upstream that answers so many at once, each in so long, first come first served; and who asks it.
  private struct Model {
    var shedder = LoadShedder(targetMilliseconds: 100, connections: 64, ceiling: 1_000)
    var now: UInt64 = 1_000_000_000
    var workers: Int
    var service: UInt64
    private var waiting: [(started: UInt64, priority: RouteConfiguration.Priority)] = []
    private var working: [(started: UInt64, ends: UInt64, priority: RouteConfiguration.Priority)] = []
    var sent: [RouteConfiguration.Priority: Int] = [:]
    var refused: [RouteConfiguration.Priority: Int] = [:]
    var slowest: [RouteConfiguration.Priority: UInt64] = [:]

    init(workers: Int, milliseconds: UInt64) {
      self.workers = workers
      service = milliseconds * millisecond
    }

    mutating func ask(_ priority: RouteConfiguration.Priority) {
      guard shedder.admit(priority, now: now) else { return refused[priority, default: 0] += 1 }
      sent[priority, default: 0] += 1
      waiting.append((now, priority))
    }

    /// Goes on by a millisecond.
    mutating func tick() {
      now += millisecond
      for done in working where done.ends <= now {
        shedder.ended(startedAt: done.started, now: now, isAnswer: true)
        slowest[done.priority] = max(slowest[done.priority] ?? 0, now - done.started)
      }
      working.removeAll { $0.ends <= now }
      while working.count < workers, !waiting.isEmpty {
        let next = waiting.removeFirst()
        working.append((next.started, now + service, next.priority))
      }
    }

    mutating func forgetFigures() { (sent, refused, slowest) = ([:], [:], [:]) }
  }

  @Test func `nobody is refused while answers are quick, however many ask`() {
    var model = Model(workers: 400, milliseconds: 20)
    for tick in 0..<3_000 {
      for _ in 0..<(tick % 100 == 0 ? 200 : 5) { model.ask(.low) }
      model.tick()
    }
    #expect(model.refused.isEmpty)
    #expect(!model.shedder.isLimiting)
  }

  @Test func `a few slow answers refuse nobody`() {
    var model = Model(workers: 4, milliseconds: 400)
    for tick in 0..<5_000 {
      if tick % 130 == 0 { model.ask(.low) }
      model.tick()
    }
    #expect(model.refused.isEmpty)
  }

  @Test func `when it is slow the low ones go, and the critical ones keep their time`() {
    // Room for 200 a second; 1000 low ones come, and 50 critical ones.
    var model = Model(workers: 10, milliseconds: 50)
    for phase in 0..<2 {
      for tick in 0..<10_000 {
        model.ask(.low)
        if tick % 20 == 0 { model.ask(.critical) }
        model.tick()
      }
      if phase == 0 { model.forgetFigures() }
    }
    #expect(model.refused[.critical] == nil)
    #expect(model.refused[.low] ?? 0 > 7_000)
    // What room there is is used.
    #expect(model.sent[.low] ?? 0 > 1_000)
    #expect(model.slowest[.critical] ?? .max < 300 * Self.millisecond)
  }

  @Test func `low ones are refused before normal ones`() {
    var model = Model(workers: 10, milliseconds: 50)
    for phase in 0..<2 {
      for tick in 0..<10_000 {
        model.ask(.low)
        if tick % 10 == 0 { model.ask(.normal) }
        model.tick()
      }
      if phase == 0 { model.forgetFigures() }
    }
    #expect(model.refused[.low] ?? 0 > 7_000)
    #expect(model.refused[.normal] ?? 0 < 20)
  }

  @Test func `when it is quick again everybody is let in again`() {
    var model = Model(workers: 10, milliseconds: 50)
    for _ in 0..<5_000 {
      model.ask(.low)
      model.tick()
    }
    #expect(model.shedder.isLimiting)
    model.workers = 400
    for _ in 0..<12_000 {
      model.ask(.low)
      model.tick()
    }
    #expect(!model.shedder.isLimiting)
    model.forgetFigures()
    for _ in 0..<1_000 {
      model.ask(.low)
      model.tick()
    }
    #expect(model.refused.isEmpty)
  }

  @Test func `an upstream that answers nothing any more is noticed`() {
    var model = Model(workers: 0, milliseconds: 50)
    for _ in 0..<2_000 {
      model.ask(.low)
      model.tick()
    }
    #expect(model.refused[.low] ?? 0 > 1_500)
    model.ask(.critical)
    #expect(model.sent[.critical] == 1)
  }

  @Test func `after an hour of rest it begins anew`() {
    var model = Model(workers: 0, milliseconds: 50)
    for _ in 0..<2_000 {
      model.ask(.low)
      model.tick()
    }
    var shedder = LoadShedder(targetMilliseconds: 100, connections: 64, ceiling: 1_000)
    var isAdmitted = shedder.admit(.low, now: 0)
    #expect(isAdmitted)
    shedder.ended(startedAt: 0, now: 3_600 * 1_000 * Self.millisecond, isAnswer: false)
    #expect(shedder.underWay == 0)
    isAdmitted = shedder.admit(.low, now: 7_200 * 1_000 * Self.millisecond)
    #expect(isAdmitted)
    #expect(!shedder.isLimiting)
  }

  @Test func `who goes away at once says nothing about the upstream`() {
    var shedder = LoadShedder(targetMilliseconds: 100, connections: 64, ceiling: 1_000)
    var now: UInt64 = 0
    var isAdmitted = false
    for _ in 0..<10_000 {
      now += Self.millisecond
      isAdmitted = shedder.admit(.low, now: now)
      #expect(isAdmitted)
      shedder.ended(startedAt: now, now: now, isAnswer: false)
    }
    #expect(!shedder.isLimiting && shedder.underWay == 0)
  }
}

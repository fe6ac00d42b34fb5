import Testing

@testable import Secrets

@Suite struct WorkQueueTests {
  private var queue = WorkQueue(width: 2, limit: 2)

  private mutating func submit(cancelled: Bool = false) -> (UInt64, WorkQueue.Action) {
    let id = queue.nextID()
    return (id, queue.submit(WorkQueue.Job(id: id) { _ in }, cancelled: cancelled))
  }

  @Test mutating func `as many start as there are threads, then some wait, then none`() {
    let actions = (0..<5).map { _ in submit().1 }
    #expect(actions.map(\.name) == ["start", "start", "wait", "wait", "busy"])
  }

  @Test mutating func `a thread that is done takes the one that waits longest`() {
    let ids = (0..<4).map { _ in submit().0 }
    #expect(queue.next()?.id == ids[2])
    #expect(queue.next()?.id == ids[3])
    #expect(queue.next() == nil)
    #expect(queue.next() == nil)
    #expect(submit().1.name == "start")
  }

  @Test mutating func `a cancelled one leaves its place to another`() {
    let ids = (0..<4).map { _ in submit().0 }
    #expect(queue.cancel(ids[2])?.id == ids[2])
    #expect(queue.cancel(ids[2]) == nil, "only once")
    #expect(queue.cancel(ids[0]) == nil, "not while it runs")
    #expect(submit().1.name == "wait")
    #expect(queue.next()?.id == ids[3])
  }

  @Test mutating func `one that is cancelled before it comes takes no place`() {
    #expect(submit(cancelled: true).1.name == "cancelled")
    #expect((0..<4).map { _ in submit().1.name } == ["start", "start", "wait", "wait"])
  }
}

extension WorkQueue.Action {
  fileprivate var name: String {
    switch self {
    case .start: "start"
    case .wait: "wait"
    case .refuse(let error): "\(error.kind)"
    }
  }
}

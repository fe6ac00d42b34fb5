import Foundation
import Jobs
import Problem
import Scheduling

/// Who hosts a booking beside, or instead of, those who were chosen for it.
extension BookingActions {
  /// One wish of PATCH /v2/bookings/{uid}/hosts.
  struct HostChange: Sendable {
    var isAddition: Bool
    var userID: Int?
    /// A user name or an address.
    var name: String?
  }

  /// All of the changes or none. Whoever is added is there whatever his working hours say, but nobody is in two
  /// bookings at once.
  func changeHosts(_ uid: String, _ changes: [HostChange], by caller: Caller) async throws -> BookingOutcome {
    let found = try await own(uid, of: caller)
    let (changed, before) = try await postgres.retrying { transaction in
      let ledger = LedgerStore(transaction: transaction, now: service.clock.now)
      let (added, removed) = try await people(changes, of: found, in: ledger)
      let concerned = Set(found.hosts + added + removed).map { LedgerLock.subject($0.id) }
      try await ledger.lock(concerned)
      let current = try await ledger.lockedActive(uid)
      try check(current, changes, added: added, removed: removed)
      // Before anybody goes: whoever comes takes as long as those who are there do.
      for host in added where !removed.contains(host) {
        let time = current.start - 86_400..<current.end + 86_400
        try await BookingStore.removeExpiredHolds(
          of: [host.id], in: time, now: ledger.now, on: transaction)
        try await ledger.addHost(host.id, to: current)
      }
      for host in removed where !added.contains(host) {
        try await ledger.removeHost(host.id, from: current)
      }
      try await ledger.hostsChanged(of: current)
      try await count(added: added, removed: removed, of: current, in: ledger)
      try await tell(current, added: added, removed: removed, in: ledger)
      try await ledger.purge((current.hosts + added).tags, of: current.businessID)
      return (try await reread([current], on: transaction), current)
    }
    finish(changed + [before])
    return BookingOutcome(views: try await service.views(changed, for: caller), isSeries: false)
  }

  /// Whom the wishes name.
  private func people(_ changes: [HostChange], of booking: Booking, in ledger: LedgerStore) async throws
    -> (added: [Booking.Host], removed: [Booking.Host])
  {
    var (added, removed): ([Booking.Host], [Booking.Host]) = ([], [])
    var mistakes: [String: String] = [:]
    for (index, change) in changes.enumerated() {
      if change.isAddition {
        if let host = try await ledger.member(of: booking.businessID, id: change.userID, name: change.name) {
          added.append(host)
        } else {
          mistakes["hosts.\(index)"] = "is nobody of this booking's business"
        }
      } else if let host = booking.hosts.first(where: change.names) {
        removed.append(host)
      } else {
        mistakes["hosts.\(index)"] = "is not a host of this booking"
      }
    }
    if !mistakes.isEmpty { throw Problem.badInput(mistakes) }
    return (added, removed)
  }

  private func check(
    _ current: Booking, _ changes: [HostChange], added: [Booking.Host], removed: [Booking.Host]
  ) throws(Problem) {
    let ids = current.hosts.map(\.id)
    let after = ids.filter { id in !removed.contains { $0.id == id } } + added.map(\.id)
    if Set(after).count < after.count { throw .badInput(["hosts": "would have somebody in it twice"]) }
    if !removed.allSatisfy({ ids.contains($0.id) }) {
      throw .badInput(["hosts": "names somebody who has just been taken out of it"])
    }
    if after.isEmpty { throw .badInput(["hosts": "must leave at least one host"]) }
    if after.count > Self.mostHosts { throw .badInput(["hosts": "would be more than \(Self.mostHosts)"]) }
  }

  static let mostHosts = 50

  /// In a round robin it is somebody else's turn then.
  private func count(
    added: [Booking.Host], removed: [Booking.Host], of booking: Booking, in ledger: LedgerStore
  ) async throws {
    var gone = booking
    gone.hosts = removed
    try await ledger.takeBack(gone)
    guard let bookable = try await bookable(booking), bookable.isRoundRobin else { return }
    let pool = added.filter { bookable.shares([$0.id]) }
    try await ledger.give(
      Dictionary(pool.map { ($0.id, 1) }, uniquingKeysWith: +), of: bookable.type)
  }

  private func tell(
    _ booking: Booking, added: [Booking.Host], removed: [Booking.Host], in ledger: LedgerStore
  ) async throws {
    guard booking.status == .accepted else { return }
    // Not its guests: nothing changes for them.
    var told = booking
    told.hosts = added
    told.guests = []
    let mails =
      BookingMail.all(.reassigned, of: told)
      + removed.map { BookingMail(event: .reassigned, recipient: .departed(.init(host: $0))) }
    try await ledger.owe(
      mails.map { $0.of(revision: booking.icsSequence + 1) }, about: booking.uid, of: booking.businessID)
  }
}

extension BookingActions.HostChange {
  fileprivate func names(_ host: Booking.Host) -> Bool {
    if let userID { return host.id == userID }
    return name.map { $0 == host.username || $0.lowercased() == host.email.lowercased() } ?? false
  }
}

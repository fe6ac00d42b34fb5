import Foundation
import JSON
import Scheduling

/// A business with three people, two rooms, and event types that they share: what a team looks like.
struct DemoStudio: Sendable {
  let teams: TeamStore
  let memberships: MembershipStore
  let resources: ResourceStore
  let eventTypes: EventTypeStore

  func load(owner: User, others: [User], now: Date) async throws {
    var team = Team()
    team.name = "Demo Studio"
    team.slug = "demo-studio"
    team.description = "Three people, two rooms: a round robin and a class that two of them hold together."
    team.timeZone = owner.timeZone
    guard let studio = try await teams.create(team, by: owner.id, now: now) else { return }
    for person in others {
      _ = try await memberships.add(person.id, as: .staff, to: studio.id, by: owner.id, now: now) { _ in }
    }
    let room = try await resources.create(
      ResourceChanges(name: "Room", description: "A quiet room with a table.", quantity: 2), in: studio.id,
      now: now)
    let hosts = ([owner] + others).map { EventTypeHost(userID: $0.id) }
    _ = try await eventTypes.create(
      type("session", "Session", 45, .roundRobin, hosts, room), at: .team(studio.id), now: now)
    _ = try await eventTypes.create(
      type("workshop", "Workshop with two of us", 90, .collective, Array(hosts.prefix(2)), room),
      at: .team(studio.id), now: now)
  }

  private func type(
    _ slug: String, _ title: String, _ length: Int, _ kind: EventType.SchedulingType,
    _ hosts: [EventTypeHost],
    _ room: Resource?
  ) -> EventType {
    var type = EventType()
    type.slug = slug
    type.title = title
    type.length = length
    type.schedulingType = kind
    type.hosts = hosts
    type.resources = room.map { [EventType.NeededResource(id: $0.id, quantity: 1)] } ?? []
    type.minimumNotice = 60
    type.bookingWindow = .calendarDays(60, rolling: false)
    type.locations = [.object(["type": .string("address"), "address": .string("Demo Street 1")])]
    return type
  }
}

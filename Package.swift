// swift-tools-version: 6.2
import PackageDescription

/// One array for every target: the compiler is the first reviewer.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore: Target.Dependency = .product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

func library(_ name: String, _ dependencies: [Target.Dependency] = [], embed: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: embed.map { .embedInCode($0) },
    swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.target(name: name)] + dependencies, swiftSettings: strict)
}

let package = Package(
  name: "daybook",
  products: [
    .executable(name: "gateway", targets: ["GatewayMain"]),
    .executable(name: "origin", targets: ["OriginMain"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CBrotli"),
    .systemLibrary(name: "CCurl"),
    .systemLibrary(name: "CHiredis"),
    .systemLibrary(name: "CJWT"),
    .systemLibrary(name: "COpenSSL"),
    .systemLibrary(name: "CPostgres"),
    .systemLibrary(name: "CZlib"),

    library("HTTPWire"),
    library("JSON"),
    library("Problem", ["JSON"]),
    library("Scheduling"),
    library("Telemetry", [logging]),
    library("Secrets", ["COpenSSL"]),
    library("JWT", ["CJWT", "COpenSSL", "JSON", "Secrets"]),
    library("Postgres", ["CPostgres", lifecycle]),
    library("Redis", ["CHiredis", nioCore, nioPosix, lifecycle]),
    library("Jobs", ["Postgres", lifecycle]),
    library("Mail", ["CCurl"]),
    library("CalendarSync"),

    library(
      "Gateway",
      [
        "CBrotli", "CZlib", "HTTPWire", "JSON", "JWT", "Problem", "Redis", "Secrets", "Telemetry",
        nioCore, nioPosix, nioSSL, nioTLS, logging,
      ]),
    .executableTarget(
      name: "GatewayMain", dependencies: ["Gateway", "JWT", "Telemetry", argumentParser, logging],
      swiftSettings: strict),

    library(
      "Origin",
      [
        "CalendarSync", "HTTPWire", "JSON", "JWT", "Jobs", "Mail", "Postgres", "Problem", "Redis",
        "Scheduling", "Secrets", "Telemetry",
        hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, mustache, nioCore, nioPosix, unixSignals,
      ],
      embed: ["Database/Migrations", "Bookings/Templates", "OpenAPI/Document"]),
    .executableTarget(
      name: "OriginMain", dependencies: ["Origin", argumentParser], swiftSettings: strict),

    .target(
      name: "TestSupport", dependencies: ["JSON", "Postgres"], path: "Tests/TestSupport",
      swiftSettings: strict),
    .executableTarget(
      name: "HTTPFuzz", dependencies: ["HTTPWire", nioCore, nioEmbedded, nioHTTP1], path: "Tests/Fuzz",
      exclude: ["README.md"],
      swiftSettings: strict),
    .executableTarget(
      name: "StreamFuzz", dependencies: ["Gateway", "HTTPWire", "Telemetry", logging, nioCore, nioEmbedded],
      path: "Tests/StreamFuzz", swiftSettings: strict),

    .executableTarget(
      name: "PostgresClientBenchmark", dependencies: ["Postgres", "TestSupport", nioCore, nioPosix],
      path: "Benchmarks/PostgresClient", exclude: ["README.md"],
      swiftSettings: strict),
    .executableTarget(
      name: "SchedulingBenchmark", dependencies: ["Scheduling"], path: "Benchmarks/Scheduling",
      exclude: ["README.md"], swiftSettings: strict),

    tests("JSON"),
    tests("Problem", ["JSON"]),
    tests("HTTPWire", ["HTTPFuzz", "TestSupport"]),
    tests("Scheduling"),
    tests("Telemetry", [logging]),
    tests("Secrets", ["COpenSSL"]),
    tests("JWT", ["CJWT", "COpenSSL", "JSON", "Secrets"]),
    tests("Postgres", ["TestSupport"]),
    tests("Redis", ["TestSupport", nioCore, nioPosix]),
    tests("Mail", ["TestSupport"]),
    tests("CalendarSync"),
    tests(
      "Origin",
      [
        "CalendarSync", "JSON", "JWT", "Jobs", "Mail", "Postgres", "Problem", "Redis", "Scheduling",
        "Secrets",
        "TestSupport",
        hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, nioCore, nioEmbedded, nioPosix,
      ]),
    tests("Jobs", ["Postgres", "TestSupport", lifecycle, logging]),
    tests(
      "Gateway",
      [
        "HTTPWire", "JSON", "JWT", "Problem", "Secrets", "StreamFuzz", "Telemetry", "TestSupport", logging,
        nioCore,
        nioHPACK,
        nioPosix, nioSSL,
      ]),
    .testTarget(
      name: "EndToEndTests", dependencies: ["JSON", "Postgres", "TestSupport"], swiftSettings: strict),
  ]
)

import Foundation
import Logging

/// Writes each line of a log as one JSON object to standard error.
///
/// ```swift
/// LoggingSystem.bootstrap { JSONLogHandler(label: $0) }
/// ```
public struct JSONLogHandler: LogHandler {
  private let label: String
  private let write: @Sendable ([UInt8]) -> Void
  public var metadata = Logger.Metadata()
  public var logLevel = Logger.Level.info
  public var metadataProvider: Logger.MetadataProvider?

  /// - Parameters:
  ///   - label: Who writes.
  ///   - write: Where lines go; standard error where nothing is said.
  public init(
    label: String,
    // A full disk or a reader that went loses the line, not the server.
    write: @escaping @Sendable ([UInt8]) -> Void = { try? FileHandle.standardError.write(contentsOf: Data($0)) }
  ) {
    (self.label, self.write) = (label, write)
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var members: [JSON.Member] = [
      JSON.Member("time", .text(Date.now.ISO8601Format(.init(includingFractionalSeconds: true)))),
      JSON.Member("level", .text(event.level.rawValue)), JSON.Member("logger", .text(label)),
      JSON.Member("message", .text("\(event.message)")),
    ]
    var all = metadata
    all.merge(metadataProvider?.get() ?? [:]) { $1 }
    all.merge(event.metadata ?? [:]) { $1 }
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { members.append(JSON.Member(key, Self.json(value))) }
    write(JSON.object(members).bytes + [0x0A])
  }

  private static func json(_ value: Logger.Metadata.Value) -> JSON {
    switch value {
    case .string(let text): .text(text)
    case .stringConvertible(let value as Int): .integer(value)
    case .stringConvertible(let value as Double): .number(value)
    case .stringConvertible(let value as Bool): .bool(value)
    case .stringConvertible(let value): .text("\(value)")
    case .array(let values): .list(values.map(json))
    case .dictionary(let values):
      .object(values.sorted { $0.key < $1.key }.map { JSON.Member($0.key, json($0.value)) })
    }
  }
}

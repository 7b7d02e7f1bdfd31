import Foundation
import Weft

/// What a run on data of one's own was made for: all that its network, and later inputs, are made by.
enum RunPlan: Codable, Hashable {
  case table(TablePlan)
  case images(ImagesPlan)
  case text(TextPlan)

  private static let name = "plan.json"

  /// The file of it in the run's folder.
  var file: RunFile { RunFile(Self.name) { try StateText.encode(self, pretty: true) + "\n" } }

  /// The plan of a run; nil of one on data that the program knows.
  ///
  /// - Throws: `DataFileError` where it cannot be understood, or asks for what no training was asked for.
  static func of(_ folder: RunFolder) throws -> RunPlan? {
    let path = "\(folder.path)/\(name)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let plan = try folder.decode(RunPlan.self, path, "the plan that a training wrote", limit: 1 << 26)
    if let problem = plan.problem {
      throw DataFileError(.badValue, file: path, expected: "the plan that a training wrote", found: problem)
    }
    return plan
  }

  /// What no training was asked for: a file may say anything.
  private var problem: String? {
    switch self {
    case .table(let plan): plan.problem
    case .images(let plan): plan.problem
    case .text(let plan): plan.problem
    }
  }

  /// The command that made it.
  var command: String {
    switch self {
    case .table: "weft train table"
    case .images: "weft train images"
    case .text: "weft train text"
    }
  }
}

extension ResumedRun {
  /// The run's plan, if it is of this kind.
  ///
  /// - Throws: `CommandFailure` where it is of another.
  func plan<Plan>(_ command: String, _ read: (RunPlan) -> Plan?) throws -> Plan {
    let known = try RunPlan.of(folder)
    guard let plan = known.flatMap(read) else {
      throw CommandFailure(
        "\(folder.path): the run was begun by \(known?.command ?? "weft train \(configuration.dataset)"), "
          + "not by \(command)")
    }
    return plan
  }

  /// - Throws: `CommandFailure` where an option is given that is another than the run was begun with.
  func check(_ rows: [(option: String, given: String?, known: String)]) throws {
    for row in rows {
      if let given = row.given, given != row.known {
        throw CommandFailure(
          "\(folder.path): \(row.option) is \(given), but the run was begun with \(row.known)")
      }
    }
  }
}

import ArgumentParser
import Foundation
import Weft

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs in a folder: what was trained on what, how far, and how well.")

  @Argument(help: "The folder that holds run folders.")
  var folder = "runs"

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw CommandFailure("\(folder): there is no such folder")
    }
    let runs = Self.folders(in: folder).map { StoredRun($0) }
    if runs.isEmpty { return print("\(folder): no runs") }
    var table = TextTable(
      ["run", "model", "data", "epochs", "state", "seed", "loss", "accuracy", "began"], leftColumns: 3)
    for run in runs.sorted(by: { $0.manifest?.began ?? "" < $1.manifest?.began ?? "" }) { table.add(run.cells) }
    print(table.lines.joined(separator: "\n"))
    for problem in runs.compactMap(\.problem) { print("unreadable: \(problem)") }
  }

  /// The folder itself, where it is a run, and those in it.
  private static func folders(in path: String) -> [RunFolder] {
    let own = RunFolder(path)
    if own.exists { return [own] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map { RunFolder("\(path)/\($0)") }.filter(\.exists)
  }
}

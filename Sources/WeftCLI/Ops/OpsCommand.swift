import ArgumentParser
import Dispatch
import Synchronization
import Weft
import WeftContract

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

struct OpsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ops", abstract: "Show every operation: formula, gradient, types, and whether it keeps its contract.",
    discussion: """
      Runs all checks on the samples of each operation: some minutes for all of them. The status is 1 if a check fails.
      """)

  @Argument(help: "The operations to show, by their names or their types'. Left out: all.")
  var names: [String] = []
  @Flag(help: "Show the table without running the checks.")
  var fast = false
  @Flag(help: "Print JSON.")
  var json = false

  func run() throws {
    let types = try names.isEmpty ? OperationList.all : names.map(OperationList.required)
    let rows = Self.rows(types, checks: fast ? [] : ContractCheck.all)
    print(json ? try OperationTable.json(rows) : OperationTable.text(rows, width: Terminal.width))
    let failures = rows.reduce(0) { $0 + ($1.report.map { $0.checkCount - $0.passedCount } ?? 0) }
    if failures > 0 { throw CommandFailure("\(failures) checks of operations are not passed") }
  }

  /// One row for each operation, computed on all cores.
  private static func rows(_ types: [any TensorOperation.Type], checks: [ContractCheck]) -> [OperationTable.Row] {
    let rows = Mutex([OperationTable.Row?](repeating: nil, count: types.count))
    DispatchQueue.concurrentPerform(iterations: types.count) { place in
      let type = types[place]
      let row = OperationTable.Row(
        facts: OperationFacts(type), report: checks.isEmpty ? nil : Contract.check(type, checks))
      rows.withLock { $0[place] = row }
    }
    return rows.withLock { $0.compactMap { $0 } }
  }
}

extension OperationList {
  static func required(_ name: String) throws -> any TensorOperation.Type {
    if let type = operation(named: name) { return type }
    let near = nearest(to: name, among: all.map { $0.name }, count: 8)
    let hint = near.isEmpty ? "`weft ops --fast` shows all" : "did you mean \(near.joined(separator: ", "))?"
    throw CommandFailure("there is no operation '\(name)'; \(hint)")
  }
}

/// The screen that standard output goes to.
enum Terminal {
  /// Its columns; nil where it is none.
  static var width: Int? {
    var size = winsize()
    guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}

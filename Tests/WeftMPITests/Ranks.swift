import Foundation

/// Scenarios of `MPIScenarios`, and `weft`, run as several ranks.
enum Ranks {
  struct Outcome {
    let status: Int32
    let output: String
    let complaint: String

    func lines(_ first: String) -> [String] { Self.lines(of: output, first) }
    func lines(ofComplaint first: String) -> [String] { Self.lines(of: complaint, first) }

    private static func lines(of text: String, _ first: String) -> [String] {
      text.split(separator: "\n").filter { $0.hasPrefix(first) }.map(String.init)
    }
  }

  /// Whether there is an Open MPI to run them with: `mpirun` may be that of another MPI.
  static let areThere = (try? start(["/usr/bin/env", "mpirun", "--version"], 60))?.output.contains("Open MPI") ?? false
  static let whyNot = "there is no mpirun of Open MPI here: scripts/setup mpi installs it"

  private static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent()

  /// Runs a scenario.
  ///
  /// - Parameters:
  ///   - count: How many ranks; 1 runs it alone, without mpirun.
  ///   - timeout: What the ranks wait for each other, in seconds.
  static func run(_ scenario: String..., count: Int, timeout: Double = 60) throws -> Outcome {
    try run("MPIScenarios", scenario, count: count, timeout: timeout)
  }

  /// Runs a program.
  ///
  /// - Parameter launches: Whether mpirun starts it; one rank is started alone where nothing is said.
  static func run(
    _ program: String, _ words: [String], count: Int, timeout: Double = 60, launches: Bool? = nil
  ) throws -> Outcome {
    let launcher =
      !(launches ?? (count > 1))
      ? []
      : [
        "/usr/bin/env", "mpirun", "--allow-run-as-root", "--oversubscribe", "--mca", "btl_base_warn_component_unused",
        "0", "--mca", "odls_base_sigkill_timeout", "3", "-n", "\(count)",
      ]
    return try start(launcher + [path(of: program)] + words, timeout)
  }

  static func path(of program: String) -> String { folder.appendingPathComponent(program).path }

  private static func start(_ words: [String], _ timeout: Double) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    process.environment = ProcessInfo.processInfo.environment.merging([
      "WEFT_MPI_TIMEOUT": "\(timeout)", "WEFT_NUM_THREADS": "1", "WEFT_QUIET": "1", "TMPDIR": "/tmp",
    ]) { $1 }
    let place = FileManager.default.temporaryDirectory.appendingPathComponent("weft-mpi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    let files = try ["out", "err"].map { name -> (url: URL, handle: FileHandle) in
      let url = place.appendingPathComponent(name)
      _ = FileManager.default.createFile(atPath: url.path, contents: nil)
      return (url, try FileHandle(forWritingTo: url))
    }
    process.standardOutput = files[0].handle
    process.standardError = files[1].handle
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let number = process.processIdentifier
    let watch = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 180, execute: watch)
    process.waitUntilExit()
    watch.cancel()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0.url), as: UTF8.self) }
    return Outcome(status: process.terminationStatus, output: texts[0], complaint: texts[1])
  }
}

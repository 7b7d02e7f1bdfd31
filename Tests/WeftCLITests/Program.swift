import Foundation

/// The built `weft` program, run as a process of its own.
struct Program {
  /// What a run of the program came to.
  struct Outcome {
    let status: Int32
    let output: String
    let complaint: String
    /// Whether a signal ended it: a crash, where nobody sent one.
    let wasKilled: Bool

    /// The lines on standard error.
    var complaints: [Substring] { complaint.split(separator: "\n") }
  }

  let process = Process()
  private let folder: URL
  private let files: [URL]

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - fileSizeLimit: The largest file it may write, in blocks of 512 bytes.
  ///   - seconds: Its processor time, after which it ends: so none outlives a test that was stopped.
  ///   - variables: Further variables of its environment.
  init(_ arguments: [String], fileSizeLimit: Int? = nil, seconds: Int = 60, variables: [String: String] = [:]) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("weft-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    files = ["out", "err"].map(folder.appendingPathComponent)
    let handles = try files.map { file -> FileHandle in
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      return try FileHandle(forWritingTo: file)
    }
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    let limits = "ulimit -t \(seconds); " + (fileSizeLimit.map { "trap '' XFSZ; ulimit -f \($0); " } ?? "")
    process.arguments = ["-c", limits + "exec \"$0\" \"$@\"", Self.path] + arguments
    // What a debug build says of itself is none of the program's complaints.
    let own = ["WEFT_QUIET": "1"].merging(variables) { $1 }
    process.environment = ProcessInfo.processInfo.environment.merging(own) { $1 }
    process.standardOutput = handles[0]
    process.standardError = handles[1]
    process.standardInput = FileHandle.nullDevice
    try process.run()
  }

  /// Waits for its end.
  func outcome() throws -> Outcome {
    // A program that hangs fails its test instead of holding up all others.
    let number = process.processIdentifier
    let watch = DispatchWorkItem { kill(number, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: watch)
    process.waitUntilExit()
    watch.cancel()
    let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
    try FileManager.default.removeItem(at: folder)
    return Outcome(
      status: process.terminationStatus, output: texts[0], complaint: texts[1],
      wasKilled: process.terminationReason == .uncaughtSignal)
  }

  /// What it has written so far.
  var written: String { (try? String(contentsOf: files[0], encoding: .utf8)) ?? "" }

  /// Runs the program to its end.
  static func run(_ arguments: String..., fileSizeLimit: Int? = nil) throws -> Outcome {
    try Program(arguments, fileSizeLimit: fileSizeLimit).outcome()
  }

  /// The binary lies beside the tests'.
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("weft").path
}

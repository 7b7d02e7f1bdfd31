import Foundation
import Weft

/// The sources that a command is run among, as git tells.
enum GitState {
  /// Nil where there is no git, or nothing that it knows.
  static var current: RunManifest.Git? {
    guard let commit = output(of: ["rev-parse", "HEAD"]), commit.count >= 40 else { return nil }
    return RunManifest.Git(
      commit: commit, isChanged: output(of: ["status", "--porcelain", "--untracked-files=no"])?.isEmpty == false)
  }

  private static func output(of arguments: [String]) -> String? {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Asking takes no lock: another git may be at work in the folder.
    process.arguments = ["git", "--no-optional-locks"] + arguments
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    do { try process.run() } catch { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

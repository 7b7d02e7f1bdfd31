import Foundation
import WeftTensor

/// Everything that a run's numbers follow from, and what tells it from other runs.
public struct RunManifest: Codable, Sendable, Hashable {
  /// The machine that a run had.
  public struct Host: Codable, Sendable, Hashable {
    /// The processor's name.
    public var processor: String
    /// The instruction set of the kernels in use.
    public var instructionSet: String
    /// How many threads the kernels used; with another number, sums are rounded otherwise.
    public var threads: Int
    /// The version of oneDNN.
    public var oneDNN: String
    /// Whether sums were rounded alike on any number of threads (`Threads.isDeterministic`); nil where they were not.
    public var isDeterministic: Bool?
    /// How many processes there were; nil for one.
    public var ranks: Int?

    /// This machine, now.
    public static var current: Host {
      let machine = Machine.current
      return Host(
        processor: machine.processor, instructionSet: machine.instructionSet, threads: Threads.count,
        oneDNN: machine.dnnlVersion, isDeterministic: Threads.isDeterministic ? true : nil)
    }
  }

  /// The state of the sources that a run was started among.
  public struct Git: Codable, Sendable, Hashable {
    /// The commit.
    public var commit: String
    /// Whether files that git knows differed from it.
    public var isChanged: Bool

    /// A state of sources.
    public init(commit: String, isChanged: Bool) { (self.commit, self.isChanged) = (commit, isChanged) }
  }

  /// What the training was made by.
  public var configuration: RunConfiguration
  /// The datasets by what they are for, as `train` and `test`.
  public var data: [String: DataFingerprint]
  /// The machine.
  public var host: Host
  /// What else was asked for; nil in folders written before it was kept.
  public var options: RunOptions?
  /// The state of the sources, where there is one.
  public var git: Git?
  /// The words of the command.
  public var command: [String]
  /// When it began, as 2026-01-31T12:00:00Z.
  public var began: String
  /// When it went on after a stop.
  public var resumed: [String] = []
  /// When it ended; nil while it runs, or where it was stopped.
  public var ended: String?

  /// Of a run that begins now on this machine.
  public init(
    _ configuration: RunConfiguration, data: [String: DataFingerprint], git: Git? = nil,
    command: [String] = CommandLine.arguments
  ) {
    (self.configuration, self.data, self.git, self.command) = (configuration, data, git, command)
    (host, began) = (.current, Self.now)
  }

  /// The present time.
  package static var now: String { ISO8601DateFormatter().string(from: Date()) }
}

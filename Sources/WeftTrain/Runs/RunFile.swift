/// A file beside the others of a run, written when they are: what it holds is asked for each time.
public struct RunFile {
  /// Its name in the run's folder.
  public let name: String
  let text: () throws -> String
  static let healthName = "health.json"

  /// A file of that name.
  ///
  /// - Parameters:
  ///   - name: Its name in the run's folder.
  ///   - text: What it holds by now.
  public init(_ name: String, text: @escaping () throws -> String) { (self.name, self.text) = (name, text) }

  /// What a log saw of the gradients, as `health.json`.
  public static func health(_ log: HealthLog) -> RunFile {
    RunFile(healthName) { try StateText.encode(log.history) + "\n" }
  }
}

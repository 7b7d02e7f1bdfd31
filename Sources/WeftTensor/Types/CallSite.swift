/// A place in the caller's program.
public struct CallSite: Sendable, Hashable, CustomStringConvertible {
  /// The file, as `#fileID` gives it.
  public var file: String
  /// The line, from 1.
  public var line: Int

  /// A place as `#fileID` and `#line` give it.
  public init(file: StaticString, line: UInt) {
    self.file = "\(file)"
    self.line = Int(line)
  }

  public var description: String { "\(file):\(line)" }
}

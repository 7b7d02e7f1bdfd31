/// Which inputs and outputs an operation keeps for its gradient rule.
public struct Saves: OptionSet, Sendable {
  public let rawValue: UInt64
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// One input, by its place (up to 32).
  public static func input(_ index: Int) -> Saves { Saves(rawValue: 1 << UInt64(index)) }
  /// One output, by its place (up to 32).
  public static func output(_ index: Int) -> Saves { Saves(rawValue: 1 << UInt64(32 + index)) }
  /// Every input (up to 32).
  public static let inputs = Saves(rawValue: 0xFFFF_FFFF)
  /// Every output (up to 32).
  public static let outputs = Saves(rawValue: 0xFFFF_FFFF_0000_0000)
}

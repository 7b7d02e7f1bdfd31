/// Numbers as a data file holds them: a shape, and the values row by row in the file's own type.
public struct RawArray: Hashable, Sendable {
  /// The values, in the type the file stores.
  public enum Values: Hashable, Sendable {
    /// Bytes.
    case uint8([UInt8])
    /// Bytes with a sign.
    case int8([Int8])
    /// Integers of 16 bits.
    case int16([Int16])
    /// Integers of 32 bits.
    case int32([Int32])
    /// Floating-point numbers of 32 bits.
    case float32([Float])
    /// Floating-point numbers of 64 bits.
    case float64([Double])
  }

  /// The extent of each axis; its product is the number of values.
  public let shape: [Int]
  /// The values, the last axis running fastest.
  public let values: Values

  package init(shape: [Int], values: Values) {
    self.shape = shape
    self.values = values
  }

  /// The number of values.
  public var count: Int {
    switch values {
    case .uint8(let values): values.count
    case .int8(let values): values.count
    case .int16(let values): values.count
    case .int32(let values): values.count
    case .float32(let values): values.count
    case .float64(let values): values.count
    }
  }

  /// The values as `Float`, rounded where the file's type is wider.
  public var floats: [Float] {
    switch values {
    case .uint8(let values): values.map(Float.init)
    case .int8(let values): values.map(Float.init)
    case .int16(let values): values.map(Float.init)
    case .int32(let values): values.map(Float.init)
    case .float32(let values): values
    case .float64(let values): values.map(Float.init)
    }
  }

  /// The values as they are if they are unsigned bytes, else nil.
  public var bytes: [UInt8]? {
    if case .uint8(let values) = values { values } else { nil }
  }
}

import Foundation

/// What is done to vectors before they are sent.
enum Vectors {
  /// A vector cut to its first numbers and brought to length 1.
  static func shaped(_ vector: [Float], dimensions: Int?, normalizes: Bool) -> [Float] {
    let cut = dimensions.map { Array(vector.prefix($0)) } ?? vector
    guard normalizes else { return cut }
    let length = cut.reduce(0) { $0 + $1 * $1 }.squareRoot()
    guard length > 0, length.isFinite else { return cut }
    // A vector that has length 1 as it is stays to the bit.
    return abs(length - 1) < 1e-6 ? cut : cut.map { $0 / length }
  }

  /// The numbers' bytes, little-endian, in base64.
  static func base64(_ vector: [Float]) -> String {
    vector.withUnsafeBytes { Data($0) }.base64EncodedString()
  }
}

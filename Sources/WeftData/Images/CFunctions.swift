#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The C library's functions of angles, under names that methods of ours do not hide.
enum Trigonometry {
  static func sin(_ x: Double) -> Double { systemSin(x) }
  static func cos(_ x: Double) -> Double { systemCos(x) }
  static func tan(_ x: Double) -> Double { systemTan(x) }
}

/// The C library's exponentials and logarithms.
enum Exponentials {
  static func log(_ x: Double) -> Double { systemLog(x) }
  static func exp(_ x: Double) -> Double { systemExp(x) }
  static func power(_ x: Double, _ y: Double) -> Double { pow(x, y) }

  /// The number at `share` of the way from one to the other, counted in factors.
  static func between(_ low: Double, _ high: Double, _ share: Double) -> Double {
    exp(log(low) + (log(high) - log(low)) * share)
  }
}

private func systemSin(_ x: Double) -> Double { sin(x) }
private func systemCos(_ x: Double) -> Double { cos(x) }
private func systemTan(_ x: Double) -> Double { tan(x) }
private func systemLog(_ x: Double) -> Double { log(x) }
private func systemExp(_ x: Double) -> Double { exp(x) }

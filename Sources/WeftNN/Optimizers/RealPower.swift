#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// `base` to any power.
func realPower(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

import CWeft

/// What this machine can do at best, measured: the measure for kernels.
package enum MachinePeak {
  /// Floating-point operations a second of all threads, multiplying and adding registers with the instruction set in
  /// use; 0 for types without such instructions.
  package static func arithmetic(_ dtype: DType, seconds: Double) -> Double {
    weft_peak_arithmetic(Int32(dtype.rawValue), seconds)
  }

  /// Bytes a second, read and written, of all threads copying half of `bytes` to the other half, again and again: so
  /// what fits in a cache is copied there.
  package static func copying(_ bytes: Int, seconds: Double) -> Double { weft_peak_copy(Int64(bytes), seconds) }
}

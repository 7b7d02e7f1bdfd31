import CWeft

/// How the C kernels were compiled. Without optimization, as in a debug build, the first one that runs says so.
package enum KernelBuild {
  package static var isOptimized: Bool { weft_is_optimized() }

  /// Says on standard error what a build without optimization costs, unless `WEFT_QUIET` is set.
  package static func sayUnoptimized() { weft_say_unoptimized() }
}

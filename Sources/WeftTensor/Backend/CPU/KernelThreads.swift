import CWeft

/// Runs `body` with every kernel kept on this thread: for loading threads, whose work must not compete with training for
/// the team. (The runtime keeps a team for each thread that ever asked for one.)
package func withoutKernelThreads<Result>(_ body: () throws -> Result) rethrows -> Result {
  let previous = weft_parallel_keep_serial(true)
  defer { _ = weft_parallel_keep_serial(previous) }
  return try body()
}

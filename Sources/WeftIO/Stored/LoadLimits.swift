/// How much a file may ask for. A file that asks for more is refused before anything is allocated, by an error that
/// names the limit; a program that means to read such a file raises it.
///
/// ```swift
/// var limits = LoadLimits()
/// limits.tensorBytes = 1 << 38
/// let file = try TensorFile(path, limits: limits)
/// ```
public struct LoadLimits: Hashable, Sendable {
  /// The most bytes of what cannot be mapped (a pipe) and so is read into memory: 16 GiB.
  public var readBytes = 1 << 34
  /// The most bytes of a header or a pickle, whose every byte may become a value: 100 MB.
  public var headerBytes = 100_000_000
  /// The most tensors, and the most members of an archive.
  public var tensors = 1 << 20
  /// The most bytes of one tensor, its elements side by side: 64 GiB.
  public var tensorBytes = 1 << 36
  /// The most bytes of all tensors, each as if it shared none: 4 TiB.
  public var totalBytes = 1 << 42
  /// The most bytes that one compressed member may become: 16 GiB.
  public var inflatedBytes = 1 << 34
  /// The deepest nesting of containers.
  public var nesting = 64
  /// The most values beside the tensors: of metadata, or in a pickle.
  public var values = 1 << 22

  /// How many values may come of each step of a pickle, by standing in several places: 8, and 10,000 in any case. How
  /// many times the bytes that hold it a tensor's elements may take when they are written out one by one: 8 times, and
  /// 16 MiB in any case.
  public var sharing = 8

  /// The limits above.
  public init() {}
}
